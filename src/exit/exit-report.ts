// The last line of a process: how many spans stayed behind, and why.
import { oneLine } from "../delivery/one-line.ts";
import { type Diagnostic, errorText } from "../diagnostics.ts";

/** Spans that one processor could not deliver. */
export interface ExitLoss {
  /** 0 where a processor that failed could not tell. */
  readonly spans: number;
  /** What happened, where the setting came from, what to do. */
  readonly reason: string;
}

/** Spans that one processor kept on disk. */
export interface ExitKept {
  readonly spans: number;
  readonly folder: string;
  /** Why they were not delivered. */
  readonly reason: string;
}

/** A line for each folder: what is in it now, and why. `what` ended. */
export function keptOnDisk(kept: readonly ExitKept[], what: string): Diagnostic[] {
  return [...new Set(kept.map(({ folder }) => folder))].map((folder) => {
    const here = kept.filter((each) => each.folder === folder);
    const spans = sumOf(here);
    const reasons = [...new Set(here.map(({ reason }) => reason))].join(" ");
    const path = oneLine(folder);
    return {
      code: "PHX407",
      message: `${count(spans)} ${spans === 1 ? "was" : "were"} not delivered before ${what} ended and ${spans === 1 ? "is" : "are"} kept in ${path}: ${reasons} The next register() with this spool sends them, or "npx phoenix-otel send ${path}".`,
    };
  });
}

/** One line for all losses: their sum, and each reason once. */
export function undelivered(losses: readonly ExitLoss[]): Diagnostic {
  const spansOf = new Map<string, number>();
  for (const { reason, spans } of losses) spansOf.set(reason, (spansOf.get(reason) ?? 0) + spans);
  if (sumOf(losses) === 0) return { code: "PHX401", message: [...spansOf.keys()].join(" ") };
  const reasons = [...spansOf].map(([reason, spans]) =>
    spans === 0 ? reason : `${count(spans)}: ${reason}`,
  );
  const text = spansOf.size === 1 ? `: ${[...spansOf.keys()][0]}` : `. ${reasons.join(" ")}`;
  return { code: "PHX401", message: `${lost(losses)}${text}` };
}

/** The line where no worker can run, for the error that was the reason. */
export function undeliveredWithoutWorker(losses: readonly ExitLoss[], error: unknown): Diagnostic {
  return { code: "PHX402", message: `${lost(losses)}: ${refusalText(error)}` };
}

/** The line where the delivery at a signal takes longer than some supervisors wait. */
export function underWay(spans: number): Diagnostic {
  return {
    code: "PHX403",
    message: `${count(spans)} ${spans === 1 ? "is" : "are"} still being delivered after the signal that ends the process. Whoever sends SIGKILL now loses them: give it more time (kill_timeout of PM2, stop_grace_period of Docker).`,
  };
}

function refusalText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? errorText(error);
  switch (code) {
    case "ERR_ACCESS_DENIED":
      return `the worker thread that delivers at exit was refused (${code}). Start node with --allow-worker, or ${AWAIT}`;
    case "EMFILE":
    case "ENFILE":
      return `no file descriptors are left for the worker thread that delivers at exit (${code}). Close files, let the process open more of them (ulimit -n), or ${AWAIT}`;
    case "ENOENT":
      return `the working directory is gone, and a worker thread cannot start the one that delivers at exit there (${code}). Keep the directory, or ${AWAIT}`;
    case "MODULE_NOT_FOUND":
      return `the part of phoenix-otel that delivers at exit cannot be loaded: ${errorText(error)}. Restart the program after an update of its packages.`;
    default:
      return `the worker thread that delivers at exit was refused (${code}). A${AWAIT.slice(1)}`;
  }
}

const AWAIT = "await provider.shutdown() before the end.";

function lost(losses: readonly ExitLoss[]): string {
  const spans = sumOf(losses);
  return `${count(spans)} ${spans === 1 ? "was" : "were"} not delivered before the process ended`;
}

const sumOf = (losses: readonly Pick<ExitLoss, "spans">[]): number =>
  losses.reduce((sum, { spans }) => sum + spans, 0);

const count = (spans: number): string => (spans === 1 ? "1 span" : `${spans} spans`);
