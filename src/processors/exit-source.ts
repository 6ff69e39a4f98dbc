// A delivery as the exit flush sees it.
import { classify } from "../delivery/classify.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { ExitSource } from "../exit-sources.ts";
import type { ExitableSender } from "../exporters/exit-route.ts";
import type { EncodedSpan } from "../otlp/encode-span.ts";

/** Gives the exit flush what a delivery holds, and the delivery what became of it. */
export function createExitSource(delivery: Delivery<EncodedSpan>, sender: ExitableSender): ExitSource {
  return {
    pendingSpans: () => {
      const { queued, inFlight } = delivery.stats();
      return queued + inFlight;
    },
    flush: (timeoutMillis) => delivery.flush(timeoutMillis),
    takeForExit: () => ({
      routes: sender.exitRoutes(),
      requests: delivery.takeForExit().requests,
      knownAway: delivery.state !== "open",
    }),
    settleExit: (answers) => {
      delivery.settleExit(answers.map((answer) => answer !== undefined && classify(answer).action === "ack"));
      return false;
    },
    explainPending: () => delivery.lastFailure ?? "the time was over",
  };
}
