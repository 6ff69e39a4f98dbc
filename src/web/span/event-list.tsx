// What happened inside a span, and the spans that it points to.
import type { JSX } from "preact";
import type { SpanData } from "../api.ts";
import { formatDuration } from "../quantities.ts";
import { traceAddress } from "../route.ts";
import { Line } from "../text.tsx";
import { AttributeTable } from "./attribute-table.tsx";

/** Shows the events that are no exceptions; nothing when there are none. */
export function EventList({ events }: { events: SpanData["events"] }): JSX.Element | null {
  const others = events.filter(({ name }) => name !== "exception");
  if (others.length === 0) return null;
  return (
    <section>
      <h3>Events</h3>
      {others.map(({ name, offsetMillis, attributes }, index) => (
        <details key={index}>
          <summary>
            <Line text={name} otherwise="(no name)" />{" "}
            <span class="faint">after {formatDuration(Math.max(offsetMillis, 0))}</span>
          </summary>
          <AttributeTable attributes={attributes} />
        </details>
      ))}
    </section>
  );
}

/** Shows the links; nothing when there are none. */
export function LinkList({ links }: { links: SpanData["links"] }): JSX.Element | null {
  if (links.length === 0) return null;
  return (
    <section>
      <h3>Links</h3>
      <ul>
        {links.map(({ traceId, spanId, attributes }, index) => (
          <li key={index}>
            <a href={traceAddress(traceId, spanId)}>
              span <span class="id">{spanId}</span> of trace <span class="id">{traceId}</span>
            </a>
            <AttributeTable attributes={attributes} />
          </li>
        ))}
      </ul>
    </section>
  );
}
