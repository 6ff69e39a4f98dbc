// The frame of the page: where one is, and what is shown there.
import type { JSX } from "preact";
import type { TraceList } from "./api.ts";
import { TraceListPage } from "./list/trace-list-page.tsx";
import { type Live, useLive } from "./live.ts";
import { type Route, useRoute } from "./route.ts";
import { SessionListPage } from "./sessions/session-list-page.tsx";
import { SessionPage } from "./sessions/session-page.tsx";
import { ThemeSwitch } from "./theme.tsx";
import { TracePage } from "./trace/trace-page.tsx";

/** The whole page. */
export function App(): JSX.Element {
  const route = useRoute();
  // Kept while another page is shown, so that the way back shows it at once.
  const list = useLive<TraceList>(isOverview(route) ? "/api/traces" : undefined);
  return (
    <>
      <header class="top">
        <strong class="brand">phoenix-otel view</strong>
        <nav aria-label="Pages">
          <a href="#/traces" aria-current={currentIn(route, "traces", "trace")}>
            Traces
          </a>
          <a href="#/sessions" aria-current={currentIn(route, "sessions", "session")}>
            Sessions
          </a>
        </nav>
        <ThemeSwitch />
      </header>
      <main class={`page-${route.page}`}>{pageAt(route, list)}</main>
    </>
  );
}

function pageAt(route: Route, list: Live<TraceList>): JSX.Element {
  switch (route.page) {
    case "traces":
      return <TraceListPage list={list} filter={route.filter} />;
    case "trace":
      return <TracePage key={route.traceId} traceId={route.traceId} spanId={route.spanId} />;
    case "sessions":
      return <SessionListPage list={list} />;
    default:
      return <SessionPage key={route.sessionId} sessionId={route.sessionId} />;
  }
}

/** What a link says of itself: that it leads here, or to what this belongs to. */
function currentIn({ page }: Route, list: Route["page"], one: Route["page"]): "page" | "true" | undefined {
  return page === list ? "page" : page === one ? "true" : undefined;
}

function isOverview({ page }: Route): boolean {
  return page === "traces" || page === "sessions";
}
