// Whether a failure is the server's or a span's. Both look alike; only what others fare tells them apart.
import type { Batch, Item } from "./batch.ts";
import type { Answer } from "./sender.ts";

/** What to do with a batch that failed: send it again as it is, in halves, cut short, or give it up. */
export type Next = "again" | "halve" | "shrink" | "drop";

/** What is known beside the answer itself. */
export interface Circumstances {
  readonly requestBytes: number;
  /** Whether a broken span causes this answer just as well as a broken server. */
  readonly doubtful: boolean;
  /** Requests that were taken so far. */
  readonly acceptedRequests: number;
  /** Whether nothing else waits or is on its way. */
  readonly isAlone: boolean;
}

/** After so many failures that a span may have caused, the batch is halved to find out which. */
const MAX_DOUBTS = 8;
/** And after so many a span that is alone in its request is dropped, or cut: a server that fails now and then has passed it by then. */
const LAST_DOUBT = 16;
/** From here on, resets look like a limit on the size. */
const RESET_BYTES = 1024 * 1024;
const MAX_RESETS = 3;

/** Decides what a batch does after an answer that asks for a retry, and remembers the failure in it. */
export function nextAfterRetry(batch: Batch<Item>, answer: Answer, circumstances: Circumstances): Next {
  const { requestBytes, doubtful } = circumstances;
  batch.resets = isReset(answer) && requestBytes > RESET_BYTES ? batch.resets + 1 : 0;
  // Some servers cut the connection instead of answering 413.
  if (batch.resets >= MAX_RESETS) return batch.items.length > 1 ? "halve" : suspectSize(batch, circumstances);
  return doubtful ? suspectSpan(batch, circumstances) : "again";
}

/**
 * Resets are a passing fault, and no reason to cut a span. But they do not pass for one that is larger than the
 * server takes: the others go first, and when they are taken again and again and this one never, it is cut.
 */
function suspectSize(batch: Batch<Item>, { acceptedRequests }: Circumstances): Next {
  if (acceptedRequests <= batch.acceptedBeforeDoubt) batch.resets = MAX_RESETS;
  batch.stepAside(acceptedRequests);
  return batch.resets < LAST_DOUBT ? "again" : "shrink";
}

/**
 * A broken span and a broken server give the same answer. So another batch goes next: when that one is
 * taken and this one fails again and again, it holds the broken span and is halved until that is alone.
 */
function suspectSpan(batch: Batch<Item>, { acceptedRequests, isAlone }: Circumstances): Next {
  const othersWork = batch.doubts > 0 && acceptedRequests > batch.acceptedBeforeDoubt;
  batch.doubts++;
  batch.stepAside(acceptedRequests);
  if (batch.doubts < MAX_DOUBTS || !(othersWork || isAlone)) return "again";
  if (batch.items.length > 1) return "halve";
  return othersWork && batch.doubts >= LAST_DOUBT ? "drop" : "again";
}

/** A connection that was made for this request and cut under it. */
function isReset(answer: Answer): boolean {
  return (
    answer.kind === "network" &&
    answer.freshConnection === true &&
    /^(ECONNRESET|EPIPE)$/.test(answer.code ?? "")
  );
}
