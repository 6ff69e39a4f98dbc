// The list of sessions.
import type { JSX } from "preact";
import type { TraceList } from "../api.ts";
import { Connection } from "../connection.tsx";
import type { Live } from "../live.ts";
import { countOf, formatCount, formatMoment } from "../quantities.ts";
import { sessionAddress } from "../route.ts";
import { Line } from "../text.tsx";
import { useTitle } from "../title.ts";
import { type SessionRow, sessionsOf } from "./sessions-of.ts";

/** Shows the sessions that the traces of `list` name. */
export function SessionListPage({ list }: { list: Live<TraceList> }): JSX.Element {
  const sessions = sessionsOf(list.data?.traces ?? []);
  useTitle("Sessions");
  return (
    <>
      <h1>Sessions</h1>
      <p role="status" class="count">
        {list.data === undefined ? "" : countOf(sessions.length, "session")}
      </p>
      <Connection state={list.state} />
      {list.data !== undefined && sessions.length === 0 ? (
        <NoSessions />
      ) : (
        <SessionTable sessions={sessions} />
      )}
    </>
  );
}

function SessionTable({ sessions }: { sessions: readonly SessionRow[] }): JSX.Element {
  return (
    <div class="scrolls">
      <table class="rows" aria-label="Sessions">
        <thead>
          <tr>
            <th scope="col">Session</th>
            <th scope="col" class="number">
              Traces
            </th>
            <th scope="col" class="number">
              Tokens
            </th>
            <th scope="col">Latest</th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.sessionId}>
              <td>
                <a class="row-link" href={sessionAddress(session.sessionId)}>
                  <Line text={session.sessionId} otherwise="(blank)" />
                </a>
              </td>
              <td class="number">{formatCount(session.traceCount)}</td>
              <td class="number">{session.tokenCount > 0 ? formatCount(session.tokenCount) : ""}</td>
              <td class="moment">{formatMoment(session.latestMillis)}</td>
              <td>
                {session.errorCount > 0 && <span class="failed">{countOf(session.errorCount, "error")}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NoSessions(): JSX.Element {
  return (
    <section class="empty">
      <p>No span names a session. Spans do so by the attribute</p>
      <pre>session.id</pre>
    </section>
  );
}
