// What became of every span: emitted = delivered + queued + inFlight + filtered + spooled + all that was dropped.

/** Why spans were given up. */
export const DROP_REASONS = [
  /** The queue was full. */
  "queue_full",
  /** The server does not take a span this large, however much is cut. */
  "too_large",
  /** The server refuses the span itself. */
  "rejected",
  /** The server took the request but not all spans in it. */
  "partial_success",
  /** The span itself could not be read, as one of somebody else's making. */
  "unreadable",
  /** Still waiting when the time that `shutdown()` has was over. */
  "shutdown",
  /** Ended after `shutdown()`. */
  "after_shutdown",
] as const;

/** Why a span was given up. */
export type DropReason = (typeof DROP_REASONS)[number];

/** The counters of a delivery: `emitted` is the sum of the others, always. */
export interface DeliveryStats {
  /** Spans given to delivery. */
  readonly emitted: number;
  /** Spans a server acknowledged. */
  readonly delivered: number;
  /** Spans that wait. */
  readonly queued: number;
  /** Spans in requests that are not answered yet. */
  readonly inFlight: number;
  /** Spans that `spanFilter` kept back: no loss. */
  readonly filtered: number;
  /** Spans given up, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Spans that `spool` kept on disk at the end, once there are some: no loss. */
  readonly spooled?: number;
  /** Spans of earlier processes that were sent from the spool, once there are some. Not part of the sum. */
  readonly fromSpool?: number;
  /** Bytes held in memory for waiting and in-flight spans. */
  readonly heldBytes: number;
  /** Spans given to delivery, by Phoenix project, once the program named one with `usingProject()`. */
  readonly projects?: Readonly<Record<string, number>>;
}

/** The counters of several deliveries as one. */
export function addStats(all: readonly DeliveryStats[]): DeliveryStats {
  const sum = (count: (stats: DeliveryStats) => number): number =>
    all.reduce((total, stats) => total + count(stats), 0);
  return {
    emitted: sum((stats) => stats.emitted),
    delivered: sum((stats) => stats.delivered),
    queued: sum((stats) => stats.queued),
    inFlight: sum((stats) => stats.inFlight),
    filtered: sum((stats) => stats.filtered),
    dropped: Object.fromEntries(
      DROP_REASONS.map((reason) => [reason, sum((stats) => stats.dropped[reason])]),
    ) as Record<DropReason, number>,
    heldBytes: sum((stats) => stats.heldBytes),
    ...someOf(
      "spooled",
      sum((stats) => stats.spooled ?? 0),
    ),
    ...someOf(
      "fromSpool",
      sum((stats) => stats.fromSpool ?? 0),
    ),
    ...addProjects(all),
  };
}

/** A counter that is there once it has counted something. */
export function someOf<Name extends string>(name: Name, count: number): { readonly [name in Name]?: number } {
  return (count === 0 ? {} : { [name]: count }) as { readonly [name in Name]?: number };
}

function addProjects(all: readonly DeliveryStats[]): Pick<DeliveryStats, "projects"> {
  const projects: Record<string, number> = {};
  for (const stats of all) {
    for (const [name, spans] of Object.entries(stats.projects ?? {})) {
      projects[name] = (projects[name] ?? 0) + spans;
    }
  }
  return Object.keys(projects).length === 0 ? {} : { projects };
}

/** Counts spans on their way in and out. */
export class Counters {
  emitted = 0;
  delivered = 0;
  spooled = 0;
  readonly dropped: Record<DropReason, number> = {
    queue_full: 0,
    too_large: 0,
    rejected: 0,
    partial_success: 0,
    unreadable: 0,
    shutdown: 0,
    after_shutdown: 0,
  };

  /** All that was given up. */
  get droppedTotal(): number {
    return DROP_REASONS.reduce((total, reason) => total + this.dropped[reason], 0);
  }
}
