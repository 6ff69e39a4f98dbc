// The flushes of all span processors that live in this process, for whoever has to wait for them at once.

/** Delivers what a processor holds, or resolves when the time is over. */
export type Flush = (timeoutMillis: number) => Promise<unknown>;

const FLUSHES = Symbol.for("phoenix-otel.flushes");

/** Shared by every loaded copy of the package (ESM and CommonJS). */
const living = (): Set<Flush> => {
  const slots = globalThis as { [FLUSHES]?: Set<Flush> };
  slots[FLUSHES] ??= new Set();
  return slots[FLUSHES];
};

/** Adds a processor's flush until the returned function takes it back. */
export function addFlush(flush: Flush): () => void {
  const flushes = living();
  flushes.add(flush);
  return () => flushes.delete(flush);
}

/** Delivers what ended so far, in all processors. Resolves after `timeoutMillis` at the latest; never rejects. */
export async function flushAll(timeoutMillis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMillis);
  });
  // Async functions, so that a flush of another version of this package that throws becomes a rejection.
  const flushes = [...living()].map(async (flush) => flush(timeoutMillis));
  await Promise.race([Promise.allSettled(flushes), late]);
  clearTimeout(timer);
}
