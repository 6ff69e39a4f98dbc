// A method of an SDK that traces each of its calls, for whoever the object is.
import { context, createContextKey, trace } from "@opentelemetry/api";
import { type Callable, type CallPlan, createCallPlan } from "../decorators/call/call-plan.ts";
import { tracedCall } from "../decorators/call/traced-call.ts";
import { imitate } from "../decorators/call/traced-function.ts";
import type { CaptureOptions } from "../decorators/span-options.ts";
import { guarded } from "../openinference/read-value.ts";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { processSlot } from "../process-slot.ts";
import type { Attributes } from "@opentelemetry/api";
import { memberAt } from "./member-path.ts";
import { isToldByOther } from "./told-by-other.ts";
import type { CallReading, CallRow, RunTraced, SdkRow } from "./sdk-row.ts";

/** What may be said about the spans of a client. */
export interface TraceClientOptions extends Pick<
  CaptureOptions,
  "provider" | "captureInput" | "captureOutput" | "maxValueLength" | "tracer"
> {
  /** Attributes of every span. */
  attributes?: Attributes;
}

/** Whose the spans are: those of wrappers around a call give way to them. */
const SCOPE = "phoenix-otel.clients";

/** The object whose call is under way: a method that calls another one of its own makes one call of both. */
const CALLED = createContextKey("phoenix-otel called client");

/** What the traced methods stand for, of every loaded copy of this package. */
const originals = processSlot("traced-methods", 1, () => new WeakMap<Callable, Callable>());

/** The traced methods that trace no more. */
const untraced = processSlot("untraced-methods", 1, () => new WeakSet<Callable>());

/** What a traced method stands for; `undefined` where `method` is none. */
export const originalOf = (method: Callable): Callable | undefined => originals.get(method);

/** Makes a traced method one that calls what it stands for and nothing else. */
export function untraceMethod(method: Callable): void {
  untraced.add(method);
}

/** Makes the traced method of `row`. What it gives and throws is what `original` gives and throws. */
export function tracedMethod(
  original: Callable,
  sdk: SdkRow,
  row: CallRow,
  options: TraceClientOptions = {},
): Callable {
  const plans = new Map<string, CallPlan>();
  const planOf = (self: unknown, { kind = row.kind, name = row.name, model }: CallReading): CallPlan => {
    const provider = options.provider ?? guarded(() => sdk.provider(self));
    const given = { ...options, ...(provider !== undefined && { provider }) };
    if (model !== undefined) return planFor(original, kind, name, { ...given, model });
    const key = `${kind} ${name} ${provider}`;
    let plan = plans.get(key);
    if (plan === undefined) plans.set(key, (plan = planFor(original, kind, name, given)));
    return plan;
  };
  const holder = {
    traced(this: unknown, ...args: unknown[]): unknown {
      const run = (given: unknown[]): unknown => Reflect.apply(original, this, given);
      const isOff = untraced.has(traced) || context.active().getValue(CALLED) === this;
      const found = isOff ? undefined : guarded(() => findCall(this, args));
      if (found === undefined) return run(args);
      const { plan, request } = found;
      const traceRun: RunTraced = (fn) => {
        const active = context.active().setValue(CALLED, this);
        const parent = guarded(() => sdk.parent?.(args));
        const within = parent === undefined ? active : trace.setSpan(active, parent);
        return context.with(within, tracedCall, undefined, { ...plan, fn }, this, [request]);
      };
      return row.call === undefined ? traceRun(() => run(args)) : row.call(traceRun, run, args);
    },
  };
  const findCall = (
    self: unknown,
    args: readonly unknown[],
  ): { plan: CallPlan; request: unknown } | undefined => {
    const reading = row.read === undefined ? { request: args[0] } : row.read(self, args);
    if (reading === undefined || sdk.tracesItself?.(self) === true) return undefined;
    const plan = planOf(self, reading);
    if (isToldByOther(plan.kind)) return undefined;
    return { plan: { ...plan, signal: signalOf(args) }, request: reading.request };
  };
  const traced = Reflect.get<typeof holder, "traced">(holder, "traced");
  imitate(traced, original);
  originals.set(traced, original);
  return traced;
}

/** What each call of a method has in common. Its one argument is what is asked: settings beside it may hold keys. */
function planFor(
  original: Callable,
  kind: SpanKindValue,
  name: string,
  { tracer, ...options }: TraceClientOptions & { model?: string },
): CallPlan {
  const plan = createCallPlan(original, kind, { ...options, name }, tracer);
  return { ...plan, declared: 1, scope: SCOPE };
}

/** Where SDKs take what aborts a call: in the options beside a request, or in a request's own. */
const SIGNALS = ["signal", "abortSignal", "fetchOptions.signal", "config.abortSignal"];

function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  for (const arg of args.toReversed()) {
    for (const path of SIGNALS) {
      const found = memberAt(arg, path);
      if (found instanceof AbortSignal) return found;
    }
  }
  return undefined;
}
