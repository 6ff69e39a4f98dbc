import { expect, describe, test } from "vitest";
import type { Environment } from "../../src/config/environment.ts";
import { codes, resolve, temporaryDirectory, thrownBy, writeEnvFile } from "./surroundings.ts";

const ENDPOINT = "http://phoenix.example.internal:6006/v1/traces";

/** Quotes as files for containers, config maps, shells and word processors leave them. */
const QUOTES: readonly (readonly [before: string, after: string])[] = [
  ['"', '"'],
  ["'", "'"],
  [' "', '" '],
  ["'\"", "\"'"],
  ["“", "”"],
  ["„", "“"],
  ["‘", "’"],
  ["`", "`"],
];

describe.each(QUOTES)("a value in %s…%s is read without them, in silence", (before, after) => {
  const quoted = (text: string): string => `${before}${text}${after}`;
  const resolved = (environment: Environment) => {
    const config = resolve(
      {},
      Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, quoted(text!)])),
    );
    expect(codes(config)).toEqual([]);
    return config;
  };

  test("endpoint", () => {
    expect(resolved({ PHOENIX_COLLECTOR_ENDPOINT: ENDPOINT }).target.value.url).toBe(ENDPOINT);
    expect(resolve({ endpoint: quoted(ENDPOINT) }).target.value.url).toBe(ENDPOINT);
  });

  test("key", () => {
    expect(resolved({ PHOENIX_API_KEY: "k-123" }).headers.value).toEqual({ authorization: "Bearer k-123" });
    expect(resolve({ apiKey: quoted("k-123") }).headers.value).toEqual({ authorization: "Bearer k-123" });
  });

  test("headers, whole and one by one", () => {
    const both = { api_key: "k-123", "x-tenant": "a b" };
    expect(resolved({ PHOENIX_CLIENT_HEADERS: "api_key=k-123,x-tenant=a%20b" }).headers.value).toEqual(both);
    expect(resolved({ PHOENIX_CLIENT_HEADERS: JSON.stringify(both) }).headers.value).toEqual(both);
    const each = `api_key=${quoted("k-123")}, x-tenant=${quoted("a b")}`;
    for (const variable of ["PHOENIX_CLIENT_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"]) {
      const config = resolve({}, { [variable]: each });
      expect(config.headers.value).toEqual(both);
      expect(codes(config)).toEqual([]);
    }
  });

  test("project, protocol, numbers and switches", () => {
    const config = resolved({
      PHOENIX_PROJECT: "rag",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_EXPORTER_OTLP_TIMEOUT: "5000",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_SDK_DISABLED: "true",
      OPENINFERENCE_HIDE_INPUTS: "true",
      PHOENIX_GRPC_PORT: "5555",
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "7",
    });
    expect(config).toMatchObject({
      projectName: { value: "rag" },
      protocol: { value: "http/protobuf" },
      transport: { timeoutMillis: { value: 5000 } },
      batching: { scheduledDelayMillis: { value: 100 } },
      disabled: { value: true },
      attributeCountLimit: { value: 7 },
      masking: { hidden: { hideInputs: "OPENINFERENCE_HIDE_INPUTS" } },
    });
  });

  test("what OpenTelemetry's SDK reads by itself is told", () => {
    for (const [variable, text] of [
      ["OTEL_SERVICE_NAME", "shop"],
      ["OTEL_RESOURCE_ATTRIBUTES", "a=b"],
      ["OTEL_TRACES_SAMPLER", "always_off"],
    ] as const) {
      const config = resolve({}, { [variable]: quoted(text) });
      expect(codes(config)).toEqual(["PHX125"]);
      expect(config.problems[0]?.message).toMatch(new RegExp(`^${variable} is .*Write it without them\\.$`));
      expect(codes(resolve({}, { [variable]: text }))).toEqual([]);
    }
  });
});

test("quotes that belong to a value stay", () => {
  expect(resolve({}, { PHOENIX_PROJECT: 'the "best" one' }).projectName.value).toBe('the "best" one');
  expect(resolve({}, { PHOENIX_PROJECT: '"' }).projectName.value).toBe('"');
  expect(resolve({}, { PHOENIX_PROJECT: `it's` }).projectName.value).toBe("it's");
  expect(resolve({ projectName: '"rag"' }).projectName.value).toBe('"rag"');
  expect(resolve({}, { PHOENIX_CLIENT_HEADERS: "if-match=%22etag%22" }).headers.value).toEqual({
    "if-match": '"etag"',
  });
  expect(resolve({}, { PHOENIX_CLIENT_HEADERS: '{"if-match": "\\"etag\\""}' }).headers.value).toEqual({
    "if-match": '"etag"',
  });
});

test("nothing but quotes is nothing", () => {
  const config = resolve(
    {},
    { PHOENIX_API_KEY: '""', PHOENIX_COLLECTOR_ENDPOINT: "''", PHOENIX_PROJECT: '" "' },
  );
  expect(codes(config)).toEqual([]);
  expect(config.headers.value).toEqual({});
  expect(config.projectName.source).toBe("default");
});

test.each([
  ['"api_key"="k-123","x"="y"', { api_key: "k-123", x: "y" }],
  ['{\\"api_key\\":\\"k-123\\"}', { api_key: "k-123" }],
  ['"{\\"api_key\\":\\"k-123\\"}"', { api_key: "k-123" }],
])("headers written as %s are read as they were meant", (text, expected) => {
  const config = resolve({}, { PHOENIX_CLIENT_HEADERS: text });
  expect(codes(config)).toEqual([]);
  expect(config.headers.value).toEqual(expected);
});

describe("a key that was copied out of a header is sent once, and right", () => {
  test.each([
    "Bearer k-123",
    "bearer k-123",
    "BEARER  k-123 ",
    "Bearer Bearer k-123",
    "Authorization: Bearer k-123",
    "authorization=Bearer k-123",
    '"Bearer k-123"',
    'Bearer "k-123"',
    "'k-123'",
  ])("%s", async (key) => {
    const authorization = "Bearer k-123";
    expect(resolve({}, { PHOENIX_API_KEY: key }).headers.value).toEqual({ authorization });
    expect(resolve({ apiKey: key }).headers.value).toEqual({ authorization });
    expect(await resolve({ apiKey: () => key }).headers.live?.()).toEqual({ authorization });
    expect(await resolve({ apiKey: async () => key }).headers.live?.()).toEqual({ authorization });
  });

  test("also from a file", () => {
    const directory = temporaryDirectory();
    writeEnvFile(directory, `PHOENIX_API_KEY="'Bearer k-123'"\n`);
    expect(resolve({}, {}, directory).headers.value).toEqual({ authorization: "Bearer k-123" });
  });

  test("the words alone are no key", () => {
    const config = resolve({}, { PHOENIX_API_KEY: "Bearer " });
    expect(config.headers.value).toEqual({});
  });

  test("a key that only begins like that stays as it is", () => {
    expect(resolve({ apiKey: "bearerless-1" }).headers.value).toEqual({
      authorization: "Bearer bearerless-1",
    });
  });
});

describe("OTEL_TRACES_EXPORTER", () => {
  test.each(["none", "NONE", " none ", '"none"', "none,none"])("%s means that nothing is sent", (text) => {
    const config = resolve({}, { OTEL_TRACES_EXPORTER: text });
    expect(config.sendsTraces).toEqual({ value: false, source: "OTEL_TRACES_EXPORTER" });
    expect(codes(config)).toEqual([]);
  });

  test.each(["otlp", "OTLP", "otlp,otlp", ""])("%s changes nothing", (text) => {
    const config = resolve({}, { OTEL_TRACES_EXPORTER: text });
    expect(config.sendsTraces.value).toBe(true);
    expect(codes(config)).toEqual([]);
  });

  test.each(["console", "otlp,console", "zipkin", "none,otlp"])("%s is told, and sends", (text) => {
    const config = resolve({}, { OTEL_TRACES_EXPORTER: text });
    expect(config.sendsTraces.value).toBe(true);
    expect(config.problems).toEqual([
      {
        code: "PHX116",
        message: expect.stringMatching(/^OTEL_TRACES_EXPORTER is .* Sending to Phoenix by OTLP\./),
      },
    ]);
  });
});

test.each([
  ['"http://phoenix', '"http://phoenix"'],
  ["http://phoenix:6006'", '"http://phoenix:6006"'],
  ["“http://phoenix", '"http://phoenix"'],
])("an endpoint with one quote, as %s, is no URL, and the right one is named", (endpoint, meant) => {
  const error = thrownBy(() => resolve({ endpoint }));
  expect(error.code).toBe("PHX101");
  expect(error.message).toContain(`Did you mean ${meant}?`);
});
