// How the page is served: to whom, under which policy, and that OTLP goes on beside it.
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SpanData, TraceData, TraceList } from "../../src/web/api.ts";
import { type SpawnedView, spawnView } from "./spawned-view.ts";

const start = async (...words: string[]): Promise<{ view: SpawnedView; url: string }> => {
  const view = spawnView(["view", "--http-port", "0", "--grpc-port", "0", ...words]);
  return { view, url: (await view.urls()).http };
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request; unlike fetch it lets the Host be chosen. */
const ask = (
  url: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asking.on("error", reject).end();
  });

const send = async (url: string, headers: Record<string, string> = {}): Promise<void> => {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, headers });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const span = provider.getTracer("test").startSpan("served", {
    attributes: { "input.value": "</script>", large: 2 ** 53, "not a number": Number.NaN },
  });
  span.end();
  await provider.shutdown();
};

test("GET / is one document that loads nothing, under a policy that lets only its own script and style run", async () => {
  const { url } = await start();
  const { status, headers, body } = await ask(url);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  expect(headers["access-control-allow-origin"]).toBeUndefined();
  const policy = Object.fromEntries(
    String(headers["content-security-policy"])
      .split("; ")
      .map((directive) => [directive.split(" ", 1)[0], directive.slice(directive.indexOf(" ") + 1)]),
  );
  const hashOf = (element: RegExp): string => {
    const found = [...body.matchAll(element)];
    expect(found).toHaveLength(1);
    return `'sha256-${createHash("sha256")
      .update(found[0]?.[1] ?? "")
      .digest("base64")}'`;
  };
  expect(policy).toEqual({
    "default-src": "'none'",
    "script-src": hashOf(/<script\b[^>]*>([^]*?)<\/script>/gi),
    "style-src": hashOf(/<style\b[^>]*>([^]*?)<\/style>/gi),
    "img-src": "data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  });
  expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(body).not.toMatch(/<(?:script|img|iframe)[^>]* src=|<link[^>]* href="(?!data:)|@import|url\(/);
});

test("the package has the document as a file of its own", () => {
  expect(readFileSync("dist/web/page.html", "utf8")).toContain("<title>phoenix-otel view</title>");
});

describe("a Host that is not this machine", () => {
  test.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:6006",
    "192.168.0.2",
    "[::1",
    "localhost, x",
  ])("%j is refused everywhere but where spans come in", async (host) => {
    const { url } = await start();
    for (const place of ["/", "/api/traces", "/api/matches?text=a", "/nothing"]) {
      const answer = await ask(`${url}${place}`, { headers: { host } });
      expect([place, answer.status]).toEqual([place, 403]);
      expect(answer.body).not.toContain("<");
    }
    expect((await ask(`${url}/v1/traces`, { headers: { host } })).status).toBe(403);
    await send(url, { host });
    const { traces } = JSON.parse((await ask(`${url}/api/traces`)).body) as TraceList;
    expect(traces).toHaveLength(1);
  });

  test.each(["localhost", "LOCALHOST:6006", "127.0.0.1:1", "[::1]:6006", "[::1]"])(
    "%s is this machine",
    async (host) => {
      const { url } = await start();
      expect((await ask(url, { headers: { host } })).status).toBe(200);
    },
  );
});

test("no other site may read, frame or post: no CORS, only GET and HEAD", async () => {
  const { url } = await start();
  const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
  const statuses: Record<string, number[]> = {};
  for (const place of ["/", "/api/traces", "/v1/traces"]) {
    statuses[place] = [];
    for (const method of ["OPTIONS", "POST", "PUT", "DELETE", "GET"]) {
      const answer = await ask(url + place, { method, headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
      statuses[place].push(answer.status);
    }
  }
  expect(statuses).toEqual({
    "/": [405, 405, 405, 405, 200],
    "/api/traces": [405, 405, 405, 405, 200],
    // Only a POST of protobuf is one of spans; a page of another site cannot send it without asking first.
    "/v1/traces": [405, 415, 405, 405, 405],
  });
  expect((await ask(url, { method: "HEAD" })).status).toBe(200);
});

test("what is served as JSON: the list, a trace, a span with every value, matches; 204 for what is known", async () => {
  const { url } = await start();
  await send(url);
  const get = async <Data>(place: string): Promise<Data> => JSON.parse((await ask(url + place)).body) as Data;
  const list = await get<TraceList>("/api/traces");
  expect(list.traces).toMatchObject([{ name: "served", project: "default", spanCount: 1, kinds: ["SPAN"] }]);
  const traceId = list.traces[0]?.traceId;
  const trace = await get<TraceData>(`/api/traces/${traceId}`);
  expect(trace.spans).toMatchObject([{ name: "served", level: 1, hasChildren: false }]);
  const span = await get<SpanData>(`/api/traces/${traceId}/spans/${trace.spans[0]?.spanId}`);
  expect(span.attributes).toEqual({
    "input.value": "</script>",
    large: "9007199254740992",
    "not a number": "NaN",
  });
  expect(await get("/api/matches?text=SCRIPT")).toEqual({ traceIds: [traceId] });
  expect(await get("/api/sessions?id=none")).toMatchObject({ traces: [] });
  for (const [place, version] of [
    ["/api/traces", list.version],
    [`/api/traces/${traceId}`, trace.version],
  ]) {
    expect(await ask(`${url}${place}?after=${version}`)).toMatchObject({ status: 204, body: "" });
  }
  await send(url);
  expect((await ask(`${url}/api/traces?after=${list.version}`)).status).toBe(200);
  expect((await ask(`${url}/api/traces/${traceId}?after=${trace.version}`)).status).toBe(204);
});

test.each([
  "/nothing",
  "/api/",
  "/api/traces/5b8aa5a2d2c872e8321cf37308d69df2",
  "/api/traces/__proto__",
  "/api/traces/%E0%A4%A",
  "/api/traces/a/spans/b/c",
  "/../package.json",
  "/web/page.html",
  "//",
])("nothing is at %s", async (place) => {
  const { url } = await start();
  expect(await ask(url + place)).toMatchObject({ status: 404, body: expect.stringContaining("Nothing at") });
});

test("--no-web answers as if there were no page", async () => {
  const { view, url } = await start("--no-web");
  expect(view.stderr).not.toContain("browser");
  const { status, headers } = await ask(url);
  expect([status, headers["content-security-policy"]]).toEqual([404, undefined]);
  expect((await ask(`${url}/api/traces`)).status).toBe(404);
});

test("the view says where the page is; standard output has traces only", async () => {
  const { view, url } = await start();
  await view.until("stderr", new RegExp(`See the traces in a browser: ${url}\\n`));
  expect(view.stdout).toBe("");
});

describe.runIf(process.platform === "linux")("--open", () => {
  /** A folder with an `xdg-open` that does `script`. */
  const browser = (script: string): string => {
    const folder = mkdtempSync(path.join(tmpdir(), "xdg-open-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, "xdg-open"), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, "xdg-open"), 0o755);
    return folder;
  };
  const open = (PATH: string): SpawnedView =>
    spawnView(["view", "--open", "--http-port", "0", "--grpc-port", "0"], { PATH });

  test("gives the address to the system's browser", async () => {
    const folder = browser('echo "$@" > "$(dirname "$0")/opened"; kill -TERM $PPID');
    const view = open(`${folder}:${process.env["PATH"]}`);
    const { http } = await view.urls();
    expect((await view.ended).code).toBe(0);
    expect(readFileSync(path.join(folder, "opened"), "utf8")).toBe(`${http}\n`);
  });

  test.each([
    ["there is none", () => "/nowhere", "there is no xdg-open"],
    ["it fails", () => browser("exit 3"), "xdg-open ended with 3"],
  ])("says in a line that %s, and goes on", async (_what, folder, reason) => {
    const view = open(folder());
    const { http } = await view.urls();
    await view.until(
      "stderr",
      new RegExp(`The browser was not opened: ${reason}\\. Open ${http} in one\\.\\n`),
    );
    expect((await ask(http)).status).toBe(200);
  });

  test("and --no-web are one too many", async () => {
    const view = spawnView(["view", "--open", "--no-web"]);
    expect(await view.ended).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "phoenix-otel view: --open and --no-web are both there. Leave one out.\n",
    });
  });
});
