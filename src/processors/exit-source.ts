// A processor's delivery, and its spool, as the exit flush sees them.
import type { ExitSource } from "../exit/exit-sources.ts";
import type { ProcessorSpool } from "./processor-spool.ts";
import type { SpanDelivery } from "./span-delivery.ts";

/** Gives the exit flush what a delivery holds, once there is one, and the delivery what became of it. */
export function createExitSource(current: () => SpanDelivery | undefined, spool: ProcessorSpool): ExitSource {
  // Only where something is pending the exit flush asks for requests.
  const delivery = (): SpanDelivery => current()!;
  let ownRequests = 0;
  return {
    pendingSpans: () => current()?.pendingSpans ?? 0,
    settledSpans: () => (current()?.settledSpans ?? 0) + spool.resentSpans,
    flush: (timeoutMillis) =>
      Promise.all([current()?.flushBeforeExit(timeoutMillis), spool.flush(timeoutMillis)]),
    takeForExit() {
      const cargo = delivery().takeForExit();
      ownRequests = cargo.requests.length;
      const requests = cargo.knownAway ? cargo.requests : [...cargo.requests, ...spool.takeForExit()];
      return { ...cargo, requests };
    },
    settleExit(answers) {
      spool.settleExit(answers.slice(ownRequests));
      return delivery().settleExit(answers.slice(0, ownRequests));
    },
    explainPending: () => delivery().explanation,
    isResending: () => spool.isResending,
    keep() {
      const pending = current();
      const kept = pending && spool.keep(pending);
      spool.stop();
      return kept;
    },
  };
}
