// A processor's delivery as the exit flush sees it.
import type { ExitSource } from "../exit/exit-sources.ts";
import type { SpanDelivery } from "./span-delivery.ts";

/** Gives the exit flush what a delivery holds, once there is one, and the delivery what became of it. */
export function createExitSource(current: () => SpanDelivery | undefined): ExitSource {
  // Only where something is pending the exit flush asks for more.
  const delivery = (): SpanDelivery => current()!;
  return {
    pendingSpans: () => current()?.pendingSpans ?? 0,
    settledSpans: () => current()?.settledSpans ?? 0,
    flush: (timeoutMillis) => delivery().flushBeforeExit(timeoutMillis),
    takeForExit: () => delivery().takeForExit(),
    settleExit: (answers) => delivery().settleExit(answers),
    explainPending: () => delivery().explanation,
  };
}
