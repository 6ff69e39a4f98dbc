// A session: its traces as a conversation, oldest first.
import type { JSX } from "preact";
import type { SessionData, TraceRow } from "../api.ts";
import { Connection } from "../connection.tsx";
import { TraceStatus } from "../list/trace-table.tsx";
import { useLive } from "../live.ts";
import { countOf, formatDuration, formatMoment } from "../quantities.ts";
import { traceAddress } from "../route.ts";
import { LongText } from "../span/long-text.tsx";
import { Kind, Line } from "../text.tsx";
import { useTitle } from "../title.ts";

/** Shows the traces of a session with what was asked and answered. */
export function SessionPage({ sessionId }: { sessionId: string }): JSX.Element {
  const session = useLive<SessionData>(`/api/sessions?${new URLSearchParams({ id: sessionId })}`);
  const traces = session.data?.traces ?? [];
  useTitle(sessionId);
  return (
    <>
      <p class="above">
        <a href="#/sessions">All sessions</a>
      </p>
      <h1>
        <Line text={sessionId} otherwise="(blank)" />
      </h1>
      <p class="count">{session.data !== undefined && countOf(traces.length, "trace")}</p>
      <Connection state={session.state} />
      <ol class="turns">
        {traces.map((trace) => (
          <Turn key={trace.traceId} trace={trace} />
        ))}
      </ol>
    </>
  );
}

function Turn({ trace }: { trace: TraceRow }): JSX.Element {
  return (
    <li class="turn">
      <p class="facts">
        <Kind kind={trace.kind} />
        <a href={traceAddress(trace.traceId)}>
          <Line text={trace.name} otherwise="(no name)" />
        </a>
        <span class="faint">{formatMoment(trace.startMillis)}</span>
        <span class="faint">{formatDuration(trace.durationMillis)}</span>
        {trace.tokenCount > 0 && <span class="faint">{countOf(trace.tokenCount, "token")}</span>}
        <TraceStatus trace={trace} />
      </p>
      <Said label="Input" text={trace.input} />
      <Said label="Output" text={trace.output} />
    </li>
  );
}

function Said({ label, text }: { label: string; text: string }): JSX.Element | null {
  if (text === "") return null;
  return (
    <div class={`message ${label === "Input" ? "role-user" : "role-assistant"}`}>
      <span class="role">{label}</span>
      <LongText text={text} />
    </div>
  );
}
