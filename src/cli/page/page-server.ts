// Serves the page and its data beside OTLP, to browsers on this machine only.
import { type HttpAnswer, type HttpTraceRequest, textAnswer } from "../../collector/receive/http-receiver.ts";
import { readPageData } from "./page-data.ts";
import { type PageDocument, readPageDocument } from "./page-document.ts";
import type { TraceStore } from "./trace-store.ts";

/** Names under which a browser on this machine finds the view; another one may be a stranger's that points here. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Answers what is no OTLP request. */
export class PageServer {
  readonly #store: TraceStore;
  readonly #document: PageDocument;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(store: TraceStore, document: PageDocument = readPageDocument()) {
    this.#store = store;
    this.#document = document;
    this.#headers = {
      "content-security-policy": document.policy,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    };
  }

  /** The answer to `request`; none to `POST /v1/traces`, which any name may reach. */
  async answer(request: HttpTraceRequest): Promise<HttpAnswer | undefined> {
    if (request.method === "POST" && pathOf(request) === "/v1/traces") return undefined;
    const answer = await this.#choose(request);
    return { ...answer, headers: { ...this.#headers, ...answer.headers } };
  }

  async #choose(request: HttpTraceRequest): Promise<HttpAnswer> {
    if (!OWN_HOST.test(request.headers["host"] ?? "")) {
      return textAnswer(403, "The page answers to localhost, 127.0.0.1 and [::1] only.");
    }
    const path = pathOf(request);
    const nothing = request.fault ?? textAnswer(404, `Nothing at ${path}.`);
    if (path !== "/" && !path.startsWith("/api/")) return nothing;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return textAnswer(405, `${path} takes GET, not ${request.method}.`, { allow: "GET, HEAD" });
    }
    if (path === "/") {
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: this.#document.html,
      };
    }
    const data = await readPageData(this.#store, new URL(request.path, "http://localhost"));
    if (data === undefined) return nothing;
    if (data === "unchanged") return { status: 204 };
    return { status: 200, headers: { "content-type": "application/json" }, body: data.json };
  }
}

function pathOf({ path }: HttpTraceRequest): string {
  return path.split("?", 1)[0] ?? path;
}
