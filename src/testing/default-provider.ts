// What a test does not set up itself: a provider that records, and what would leave of spans that no processor of ours is given.
import { AlwaysOnSampler, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { RegisterOptions } from "../config/options.ts";
import { resolveConfigIn } from "../config/resolve-config.ts";
import { globalTracerProvider, setGlobals } from "../globals.ts";
import { BatchSpanProcessor } from "../processors/batch-span-processor.ts";
import { remember } from "../registration.ts";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import { testMode } from "../test-mode.ts";
import { TracerProvider } from "../tracer-provider.ts";

/** Records every span, whatever the environment says of sampling. */
const OPTIONS: RegisterOptions = { sampler: new AlwaysOnSampler(), flushOnExit: false };

let known: TracerProvider | undefined;
let unseen: BatchSpanProcessor | undefined;

/** Makes a provider global where there is none; `register()` of the program takes its place. */
export function ensureProvider(): void {
  if (globalTracerProvider() !== undefined) return;
  const config = resolveConfigIn(
    OPTIONS,
    { environment: {}, workingDirectory: undefined, userId: undefined },
    "register",
  );
  known ??= new TracerProvider(OPTIONS, config);
  if (setGlobals(known)) remember({ provider: known, options: OPTIONS, config });
}

/** What leaves of a span that ended; `undefined` for one that was filtered or not sampled. */
export function leavesAs(live: ReadableSpan): OutgoingSpan | undefined {
  if (!testMode.left.has(live)) {
    unseen ??= new BatchSpanProcessor({ flushOnExit: false });
    unseen.onEnd(live);
  }
  return (testMode.left.get(live) as OutgoingSpan | null | undefined) ?? undefined;
}
