// The sessions that traces name, with what is told of each.
import type { TraceRow } from "../api.ts";

/** A session in the list. */
export interface SessionRow {
  readonly sessionId: string;
  readonly traceCount: number;
  readonly tokenCount: number;
  readonly errorCount: number;
  /** When its latest trace started. */
  readonly latestMillis: number;
}

/** The sessions of `traces`, the one with the latest trace first. */
export function sessionsOf(traces: readonly TraceRow[]): SessionRow[] {
  const sessions = new Map<string, SessionRow>();
  for (const trace of traces) {
    for (const sessionId of trace.sessions) {
      const before = sessions.get(sessionId);
      sessions.set(sessionId, {
        sessionId,
        traceCount: (before?.traceCount ?? 0) + 1,
        tokenCount: (before?.tokenCount ?? 0) + trace.tokenCount,
        errorCount: (before?.errorCount ?? 0) + trace.errorCount,
        latestMillis: Math.max(before?.latestMillis ?? trace.startMillis, trace.startMillis),
      });
    }
  }
  return [...sessions.values()].toSorted((a, b) => b.latestMillis - a.latestMillis);
}
