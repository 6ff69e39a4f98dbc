// Looks for the test span through Phoenix's REST API, where the destination has one.
import type * as http from "node:http";
import type { ResolvedConfig } from "../../config/resolved-config.ts";
import type { Destination } from "../../config/target.ts";
import { tlsFiles } from "../../exporters/create-sender.ts";
import { createHttpConnection, type HttpConnection } from "../../exporters/http/http-agent.ts";
import { forwardOptions } from "../../exporters/wire/proxy-tunnel.ts";
import { readableTls } from "../../exporters/wire/tls-files.ts";
import { type Finding, good, open, wrong } from "./check.ts";
import type { TestSpan } from "./test-span.ts";

const POLL_MILLIS = 250;
const ANSWER_MILLIS = 2_000;
/** Beyond, an answer is none of Phoenix's. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Asks until the span is there or `untilMillis`, by `performance.now()`, has come. */
export async function checkReadback(
  config: ResolvedConfig,
  span: TestSpan,
  untilMillis: number,
): Promise<Finding> {
  const destination = httpDestination(config);
  const base = destination && restBase(destination.url);
  if (base === undefined)
    return open("Not asked: spans go by gRPC alone, and where the REST API is, is not known.");
  const connection = await connect(destination as Destination, config);
  const left = (): number => untilMillis - performance.now();
  const ask = (path: string): Promise<Reply> =>
    get(new URL(base.href + path), connection, config, Math.max(1, Math.min(ANSWER_MILLIS, left())));
  try {
    const projects = await ask("v1/projects?limit=1");
    if (!isList(projects)) return open(`No REST API of Phoenix answers at ${base.origin}${base.pathname}.`);
    const where = `the project "${span.project}" at ${base.origin}${base.pathname}`;
    for (;;) {
      if (await isThere(span, ask)) return good(`The span is in ${where}.`);
      if (left() < POLL_MILLIS) break;
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    }
    return wrong(
      `The server took the span, but it did not come to ${where} in time.`,
      "Look at the server's log, or run this again: a busy server stores late.",
    );
  } finally {
    connection.close();
  }
}

interface Reply {
  readonly status: number;
  readonly json: unknown;
}

interface StoredSpan {
  readonly context?: { readonly span_id?: unknown };
}

const httpDestination = ({ target }: ResolvedConfig): Destination | undefined =>
  [target.value, target.value.fallback].find((each) => each?.protocol === "http/protobuf");

/** Phoenix's REST API has the same root as its receiver. */
function restBase(url: string): URL | undefined {
  const base = new URL(url);
  if (!base.pathname.endsWith("/v1/traces")) return undefined;
  base.pathname = base.pathname.replace(/v1\/traces$/, "");
  base.search = "";
  return base;
}

async function isThere(span: TestSpan, ask: (path: string) => Promise<Reply>): Promise<boolean> {
  const since = encodeURIComponent(new Date(span.startMillis - 1).toISOString());
  const project = encodeURIComponent(span.project);
  let cursor = "";
  do {
    const reply = await ask(`v1/projects/${project}/spans?limit=100&start_time=${since}${cursor}`);
    if (!isList(reply)) return false;
    const { data, next_cursor: next } = reply.json as { data: StoredSpan[]; next_cursor?: unknown };
    if (data.some((stored) => stored?.context?.span_id === span.spanId)) return true;
    cursor = typeof next === "string" ? `&cursor=${encodeURIComponent(next)}` : "";
  } while (cursor !== "");
  return false;
}

const isList = ({ status, json }: Reply): boolean =>
  status === 200 && Array.isArray((json as { data?: unknown } | undefined)?.data);

function connect({ url, proxy }: Destination, { transport }: ResolvedConfig): Promise<HttpConnection> {
  const tls = readableTls(tlsFiles(transport));
  return createHttpConnection(new URL(url), { tls, ...(proxy && { proxy: proxy.url }) });
}

/** One GET; what is no answer in time, or no JSON, is a status of 0. */
function get(url: URL, connection: HttpConnection, config: ResolvedConfig, millis: number): Promise<Reply> {
  return new Promise((resolve) => {
    const none = (): void => resolve({ status: 0, json: undefined });
    const { agent, forwardProxy } = connection;
    const forward = forwardProxy && forwardOptions(forwardProxy, url);
    const options: http.RequestOptions = {
      agent,
      ...forward,
      headers: { ...config.headers.value, ...forward?.headers },
      signal: AbortSignal.timeout(millis),
    };
    const request = connection.request(url, options, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on("data", (part: Buffer) => {
        parts.push(part);
        if ((bytes += part.length) > MAX_BYTES) request.destroy();
      });
      response.on("error", none);
      response.on("end", () => {
        try {
          resolve({
            status: response.statusCode ?? 0,
            json: JSON.parse(Buffer.concat(parts).toString()) as unknown,
          });
        } catch {
          none();
        }
      });
    });
    request.on("error", none);
    request.end();
  });
}
