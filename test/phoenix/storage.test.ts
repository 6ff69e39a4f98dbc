// What the databases of Phoenix cannot hold: every span is stored, on each of them, and its project can be read.
import { type Attributes, SpanStatusCode } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BatchSpanProcessor, TracerProvider } from "../../src/index.ts";
import { altered, endedSpan } from "../spans/ended-spans.ts";
import type { StoredSpan } from "../support/phoenix-rest.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";
import { startPostgres } from "../support/postgres-server.ts";

const postgres = await startPostgres().catch((error: Error) => {
  console.log(`The run on PostgreSQL is skipped: ${error.message}`);
});
const DATABASES: readonly [name: string, environment: Record<string, string>][] = [
  ["SQLite", {}],
  ...(postgres
    ? [["PostgreSQL", { PHOENIX_SQL_DATABASE_URL: postgres.url }] as [string, Record<string, string>]]
    : []),
];
afterAll(async () => {
  await postgres?.remove();
});

const PROJECT = "all that is hard to hold";
const JSON_KEYS = ["metadata", "own.metadata", "tool.parameters", "llm.prompt_template.variables"] as const;
const DOCUMENT = "retrieval.documents.0.document.metadata";
const KIND = "openinference.span.kind";
const PROMPT = "llm.token_count.prompt";
const deep = `${"[".repeat(900)}${"]".repeat(900)}`;

/** What each span is sent with, and what of it is stored. */
const ROWS: Record<string, readonly [sent: Attributes, stored: Record<string, unknown>]> = {
  "an ordinary span": [
    { "input.value": "你好", a: 1 },
    { "input.value": "你好", a: 1 },
  ],
  "U+0000 in values": [
    { "input.value": "a\0b", list: ["\0"] },
    { "input.value": "a\ufffdb", list: ["\ufffd"] },
  ],
  "U+0000 in keys": [{ "a\0": 1 }, { "a\ufffd": 1 }],
  "half surrogates": [{ "a\ud800": "\udc00" }, { "a\ufffd": "\ufffd" }],
  "U+0000 in a session": [{ "session.id": "s\0" }, { "session.id": "s\ufffd" }],
  numbers: [
    { large: 1e300, larger: [2 ** 64, 1], none: NaN, endless: Infinity, small: 5e-324 },
    { large: "1e+300", larger: ["18446744073709552000", 1], small: 5e-324 },
  ],
  "token counts": [
    {
      [KIND]: "LLM",
      [PROMPT]: 2 ** 40,
      "llm.token_count.completion": 1e30,
      "llm.token_count.total": "9".repeat(30),
    },
    {
      [PROMPT]: "1.099511627776e+12",
      "llm.token_count.completion": "1e+30",
      "llm.token_count.total": "1e+30",
    },
  ],
  "a kind that is a number": [{ [KIND]: 7 }, {}],
  "a kind without letters": [{ [KIND]: "7" }, {}],
  "escapes in JSON": [
    each(String.raw`{"a\u0000":"\u0000","half":"\ud800"}`),
    eachStored({ "a\ufffd": "\ufffd", half: "\ufffd" }),
  ],
  "numbers in JSON": [
    each('{"whole":99999999999999999999,"large":1e300,"larger":1e400,"none":NaN,"most":9223372036854775807}'),
    eachStored({
      whole: "99999999999999999999",
      large: "1e300",
      larger: "1e400",
      none: "NaN",
      most: 2 ** 63,
    }),
  ],
  "JSON that is nested deep": [{ metadata: deep }, { metadata: deep }],
  "text that only looks like JSON": [
    { metadata: "99999999999999999999 x" },
    { metadata: "99999999999999999999 x" },
  ],
  "escapes in JSON that is kept as text": [
    { "output.value": String.raw`{"a":"\u0000","b":1e999}`, "output.mime_type": "application/json" },
    { "output.value": String.raw`{"a":"\u0000","b":1e999}`, "output.mime_type": "application/json" },
  ],
  "keys of odd digits": [{ "a.².b": 1 }, { "a._².b": 1 }],
  "keys of many parts": [{ [Array.from({ length: 300 }, () => "a").join(".")]: 1 }, {}],
  "a session of 10 kB": [
    { "session.id": Array.from({ length: 5000 }, (_, at) => (at * 7919) % 100).join("") },
    {},
  ],
};

function each(text: string): Attributes {
  return Object.fromEntries([...JSON_KEYS, DOCUMENT].map((key) => [key, text]));
}

function eachStored(parsed: Attributes): Attributes {
  const stored = [...JSON_KEYS, DOCUMENT].flatMap((key) =>
    Object.entries(parsed).map(([name, value]) => [`${key}.${name}`, value]),
  );
  return Object.fromEntries(stored) as Attributes;
}

describe.each(DATABASES)("on %s", (_name, environment) => {
  let phoenix: PhoenixServer;
  let stored: Map<string, StoredSpan>;

  beforeAll(async () => {
    phoenix = await startPhoenix({ environment });
    const endpoint = phoenix.httpUrl;
    const provider = new TracerProvider({ endpoint, protocol: "http/protobuf", projectName: PROJECT });
    const tracer = provider.getTracer("test");
    for (const [name, [attributes]] of Object.entries(ROWS)) tracer.startSpan(name, { attributes }).end();
    const around = tracer.startSpan("U+0000 around\0");
    around.addEvent("event\0", { "key\0": "\0", large: 1e300 });
    around.recordException(new Error("no\0"));
    around.addLink({ context: around.spanContext(), attributes: { "key\0": "\0" } });
    around.setStatus({ code: SpanStatusCode.ERROR, message: "no\0" });
    around.end();
    await provider.shutdown();

    const processor = new BatchSpanProcessor({ endpoint, protocol: "http/protobuf", projectName: PROJECT });
    const attributes = { bytes: new Uint8Array([1]), map: { "\0": ["\0", 1e300] } };
    processor.onEnd(altered(endedSpan("values of others"), { attributes }));
    await processor.shutdown();
    const spans = await phoenix.rest.waitForSpans(PROJECT, Object.keys(ROWS).length + 2);
    stored = new Map(spans.map((span) => [span.name, span]));
  });
  afterAll(async () => {
    await phoenix?.remove();
  });

  test.each(Object.entries(ROWS))("%s: the span is stored", (name, [, attributes]) => {
    expect(stored.get(name)?.attributes).toMatchObject(attributes);
  });

  test("name, events, exception and status are stored", () => {
    expect(stored.get("U+0000 around\ufffd")).toMatchObject({
      status_message: "no\ufffd",
      events: [
        { name: "event\ufffd", attributes: { "key\ufffd": "\ufffd", large: "1e+300" } },
        { name: "exception", attributes: { "exception.message": "no\ufffd" } },
      ],
    });
  });

  test("values that only others record are stored", () => {
    expect(stored.get("values of others")?.attributes).toMatchObject({
      bytes: "AQ==",
      "map.\ufffd": ["\ufffd", "1e+300"],
    });
  });

  test("the project can be read as OTLP too", async () => {
    const text = await phoenix.rest.text(
      `/v1/projects/${encodeURIComponent(PROJECT)}/spans/otlpv1?limit=100`,
    );
    expect((JSON.parse(text) as { data: unknown[] }).data).toHaveLength(Object.keys(ROWS).length + 2);
  });

  test.each(["pro\0ject", "long ".repeat(2000)])(
    "a project whose name cannot be held is stored: %s",
    async (projectName) => {
      const provider = new TracerProvider({
        endpoint: phoenix.httpUrl,
        protocol: "http/protobuf",
        projectName,
      });
      provider.getTracer("test").startSpan("span").end();
      await provider.shutdown();
      const start = projectName.slice(0, 3);
      const names = await phoenix.rest.until(
        () => phoenix.rest.projects(),
        (all) => all.some((name) => name.startsWith(start)),
      );
      const name = names.find((each) => each.startsWith(start)) ?? "";
      expect(await phoenix.rest.waitForSpans(name, 1)).toHaveLength(1);
    },
  );
});
