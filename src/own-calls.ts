// What this package calls of the program: a key, a mask, a filter, an exporter. A span of such a call would be delivered,
// and ask again, without end.
import { AsyncLocalStorage } from "node:async_hooks";

/** Follows a call as far as its promises lead; OpenTelemetry's context may have no manager. */
const calls = new AsyncLocalStorage<boolean>();

/** Runs `call` so that no span that starts inside is delivered by a processor of this package. */
export function ownCall<T>(call: () => T): T {
  return calls.run(true, call);
}

/** Whether this is inside an {@link ownCall}. */
export function isOwnCall(): boolean {
  return calls.getStore() === true;
}
