// A delivery as the exit flush sees it.
import type { Item } from "../delivery/batch.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { ExitSource } from "../exit-sources.ts";
import type { ExitableSender } from "../exporters/exit-route.ts";

/** Gives the exit flush what a delivery holds, and the delivery what became of it. */
export function createExitSource<T extends Item>(delivery: Delivery<T>, sender: ExitableSender): ExitSource {
  return {
    pendingSpans: () => {
      const { queued, inFlight } = delivery.stats();
      return queued + inFlight;
    },
    flush: (timeoutMillis) => delivery.flushBeforeExit(timeoutMillis),
    takeForExit: () => ({
      routes: sender.exitRoutes(),
      requests: delivery.takeForExit(),
      knownAway: delivery.isServerAway,
    }),
    settleExit: (answers) => delivery.settleExit(answers),
    explainPending: () => delivery.explanation,
  };
}
