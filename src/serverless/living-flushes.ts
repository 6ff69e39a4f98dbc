// The flushes of all span processors that live in this process, for whoever has to wait for them at once.
import { within } from "../deadline.ts";
import { processSlot } from "../process-slot.ts";

/** Delivers what a processor holds, or resolves when the time is over. */
export type Flush = (timeoutMillis: number) => Promise<unknown>;

const living = processSlot("flushes", 1, () => new Set<Flush>());

/** Adds a processor's flush until the returned function takes it back. */
export function addFlush(flush: Flush): () => void {
  living.add(flush);
  return () => living.delete(flush);
}

/** Delivers what ended so far, in all processors. Resolves after `timeoutMillis` at the latest; never rejects. */
export async function flushAll(timeoutMillis: number): Promise<void> {
  await within(timeoutMillis, Promise.allSettled(Array.from(living, async (flush) => flush(timeoutMillis))));
}
