// What is told of spans where there are none.
import { type DeliveryStats, DROP_REASONS } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";

/** What a flush achieved. */
export const nothingFlushed: FlushResult = { delivered: 0, pending: 0, dropped: 0 };

/** What became of every span. */
export const noStats = (): DeliveryStats => ({
  emitted: 0,
  delivered: 0,
  queued: 0,
  inFlight: 0,
  filtered: 0,
  dropped: Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as DeliveryStats["dropped"],
  heldBytes: 0,
});
