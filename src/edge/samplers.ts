// OpenTelemetry's samplers, whose package needs Node. Nothing asks them here; they answer as its own do.
import { type Context, isValidTraceId, trace, TraceFlags } from "@opentelemetry/api";

interface Sampler {
  shouldSample(context: Context, traceId: string, ...more: readonly unknown[]): { decision: 0 | 2 };
  toString(): string;
}

const DROP = { decision: 0 } as const;
const RECORD = { decision: 2 } as const;

export class AlwaysOnSampler implements Sampler {
  shouldSample(): typeof RECORD {
    return RECORD;
  }

  toString(): string {
    return "AlwaysOnSampler";
  }
}

export class AlwaysOffSampler implements Sampler {
  shouldSample(): typeof DROP {
    return DROP;
  }

  toString(): string {
    return "AlwaysOffSampler";
  }
}

/** Samples the traces whose id, as a number, is in the lower `ratio` of all. */
export class TraceIdRatioBasedSampler implements Sampler {
  readonly #ratio: number;

  constructor(ratio = 0) {
    this.#ratio = Number.isFinite(ratio) ? Math.min(Math.max(ratio, 0), 1) : 0;
  }

  shouldSample(_context: unknown, traceId: string): { decision: 0 | 2 } {
    return isValidTraceId(traceId) && folded(traceId) < Math.floor(this.#ratio * 0xffffffff) ? RECORD : DROP;
  }

  toString(): string {
    return `TraceIdRatioBased{${this.#ratio}}`;
  }
}

/** The four words of a trace id as one. */
const folded = (traceId: string): number =>
  (traceId.match(/.{8}/g) ?? []).reduce((all, word) => (all ^ Number.parseInt(word, 16)) >>> 0, 0);

/** What a {@link ParentBasedSampler} asks. */
interface ParentBasedOptions {
  root: Sampler;
  remoteParentSampled?: Sampler;
  remoteParentNotSampled?: Sampler;
  localParentSampled?: Sampler;
  localParentNotSampled?: Sampler;
}

/** Decides as the parent was decided; where there is none, asks `root`. */
export class ParentBasedSampler implements Sampler {
  readonly #options: ParentBasedOptions;

  constructor(options: ParentBasedOptions) {
    this.#options = options;
  }

  shouldSample(context: Context, traceId: string, ...more: readonly unknown[]): { decision: 0 | 2 } {
    return this.#asked(context).shouldSample(context, traceId, ...more);
  }

  toString(): string {
    return `ParentBased{root=${this.#options.root.toString()}}`;
  }

  #asked(context: Context): Sampler {
    const parent = trace.getSpanContext(context);
    const options = this.#options;
    if (parent === undefined || !isValidTraceId(parent.traceId)) return options.root;
    const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    const named =
      parent.isRemote === true
        ? isSampled
          ? options.remoteParentSampled
          : options.remoteParentNotSampled
        : isSampled
          ? options.localParentSampled
          : options.localParentNotSampled;
    return named ?? (isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler());
  }
}
