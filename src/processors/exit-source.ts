// A processor's delivery as the exit flush sees it.
import type { ExitSource } from "../exit/exit-sources.ts";
import type { LaterDelivery } from "./later-delivery.ts";

/** Gives the exit flush what a delivery holds, and the delivery what became of it. */
export function createExitSource(delivery: LaterDelivery): ExitSource {
  return {
    pendingSpans: () => delivery.pendingSpans,
    settledSpans: () => delivery.settledSpans,
    flush: async (timeoutMillis) => delivery.load(true)?.flushBeforeExit(timeoutMillis),
    takeForExit: () => delivery.load(true)?.takeForExit() ?? { requests: [], routes: [], knownAway: false },
    settleExit: (answers) => delivery.current?.settleExit(answers) ?? false,
    explainPending: () => delivery.explanation,
  };
}
