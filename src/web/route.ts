// Where the page is, kept in the address after `#`, so that back, reload and links work.
import { useEffect, useState } from "preact/hooks";

/** What the list shows of its traces; an empty text filters nothing. */
export interface TraceFilter {
  readonly project: string;
  readonly kind: string;
  readonly text: string;
  readonly onlyErrors: boolean;
}

/** A place in the page. */
export type Route =
  | { readonly page: "traces"; readonly filter: TraceFilter }
  | { readonly page: "trace"; readonly traceId: string; readonly spanId: string | undefined }
  | { readonly page: "sessions" }
  | { readonly page: "session"; readonly sessionId: string };

/** The address of a trace, with the span that is looked at. */
export function traceAddress(traceId: string, spanId?: string): string {
  const query = spanId === undefined ? "" : `?${new URLSearchParams({ span: spanId })}`;
  return `#/traces/${encodeURIComponent(traceId)}${query}`;
}

/** The address of a session. */
export function sessionAddress(sessionId: string): string {
  return `#/sessions?${new URLSearchParams({ id: sessionId })}`;
}

/** The address of the list under a filter. */
export function listAddress({ project, kind, text, onlyErrors }: TraceFilter): string {
  const query = new URLSearchParams();
  if (project !== "") query.set("project", project);
  if (kind !== "") query.set("kind", kind);
  if (text !== "") query.set("text", text);
  if (onlyErrors) query.set("errors", "1");
  return query.size === 0 ? "#/traces" : `#/traces?${query}`;
}

/** Changes the address without a step for the browser's back button. */
export function replaceAddress(address: string): void {
  history.replaceState(history.state, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The place that the address names, as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = (): void => setRoute(readRoute());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

/** The place that the address names now. */
export function readRoute(): Route {
  const address = new URL(`http://localhost/${location.hash.replace(/^#?\/*/, "")}`);
  const { searchParams: query } = address;
  const [, page, id] = address.pathname.split("/");
  if (page === "sessions") {
    const sessionId = query.get("id");
    return sessionId === null ? { page: "sessions" } : { page: "session", sessionId };
  }
  if (page === "traces" && id !== undefined && id !== "") {
    return { page: "trace", traceId: id, spanId: query.get("span") ?? undefined };
  }
  return {
    page: "traces",
    filter: {
      project: query.get("project") ?? "",
      kind: query.get("kind") ?? "",
      text: query.get("text") ?? "",
      onlyErrors: query.has("errors"),
    },
  };
}
