// A processor's delivery, and its spool, as the exit flush sees them.
import type { ExitSource } from "../exit/exit-sources.ts";
import type { LaterDelivery } from "./later-delivery.ts";
import type { ProcessorSpool } from "./processor-spool.ts";

/** Gives the exit flush what a delivery holds, and the delivery what became of it. */
export function createExitSource(delivery: LaterDelivery, spool: ProcessorSpool): ExitSource {
  let ownRequests = 0;
  return {
    pendingSpans: () => delivery.pendingSpans,
    settledSpans: () => delivery.settledSpans + spool.resentSpans,
    flush: (timeoutMillis) =>
      Promise.all([
        delivery.pendingSpans > 0 && delivery.load(true)?.flushBeforeExit(timeoutMillis),
        spool.flush(timeoutMillis),
      ]),
    takeForExit() {
      const cargo = delivery.load(true)?.takeForExit() ?? { requests: [], routes: [], knownAway: false };
      const { requests, routes, knownAway } = cargo;
      ownRequests = requests.length;
      const isHopeless = knownAway || routes.length === 0;
      return isHopeless ? cargo : { ...cargo, requests: [...requests, ...spool.takeForExit()] };
    },
    settleExit(answers) {
      spool.settleExit(answers.slice(ownRequests));
      return delivery.current?.settleExit(answers.slice(0, ownRequests)) ?? false;
    },
    explainPending: () => delivery.explanation,
    isResending: () => spool.isResending,
    keep() {
      const kept = spool.keep(delivery.current);
      spool.stop();
      return kept;
    },
  };
}
