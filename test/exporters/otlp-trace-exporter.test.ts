// OTLPTraceExporter: OpenTelemetry's, beside it in the same processor; and what a processor of ours makes of it.
import { OTLPTraceExporter as StockExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BasicTracerProvider, SimpleSpanProcessor as StockProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  ensureCollectorEndpoint,
  getDefaultSpanProcessor,
  LazyOpenInferenceSpanProcessor,
  OpenInferenceBatchSpanProcessor,
  OTLPTraceExporter,
  PhoenixConfigError,
  TracerProvider,
} from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

type Exporter = ConstructorParameters<typeof StockProcessor>[0];

/** One span through OpenTelemetry's processor; gives the path and the headers that arrived. */
async function sentBy(exporter: Exporter): Promise<(string | undefined)[]> {
  const provider = new BasicTracerProvider({ spanProcessors: [new StockProcessor(exporter)] });
  provider.getTracer("test").startSpan("span").end();
  await provider.shutdown();
  const request = receiver.requests.at(-1);
  return [request?.path, request?.headers["authorization"], request?.headers["x-tenant"]];
}

type Variables = Record<string, string>;
type Case = [what: string, config: () => object, variables: Variables | (() => Variables)];

describe("OTLPTraceExporter sends as OpenTelemetry's own does:", () => {
  it.each([
    ["to a URL as it is written", () => ({ url: `${receiver.httpUrl}/v1/traces` }), {}],
    ["to another path, with a query", () => ({ url: `${receiver.httpUrl}/custom/path?key=1` }), {}],
    [
      "with headers",
      () => ({
        url: `${receiver.httpUrl}/v1/traces`,
        headers: { Authorization: "Bearer a", "x-tenant": "t" },
      }),
      {},
    ],
    ["by OTEL_EXPORTER_OTLP_ENDPOINT", () => ({}), () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl })],
    [
      "by OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and _HEADERS",
      () => ({}),
      () => ({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.httpUrl}/there`,
        OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=t",
      }),
    ],
    [
      "without the key that is Phoenix's",
      () => ({ url: `${receiver.httpUrl}/v1/traces` }),
      { PHOENIX_API_KEY: "secret", PHOENIX_CLIENT_HEADERS: "x-tenant=phoenix" },
    ],
  ] satisfies Case[])("%s", async (_what, config, variables) => {
    const set: Record<string, string> = typeof variables === "function" ? variables() : variables;
    for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
    const ours = await sentBy(new OTLPTraceExporter(config()));
    const theirs = await sentBy(new StockExporter(config()));
    expect(ours).toEqual(theirs);
    expect(receiver.requests).toHaveLength(2);
  });

  it("and not to Phoenix's address where nobody names one", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", receiver.httpUrl);
    const result = await new Promise<{ code: number }>((resolve) =>
      new OTLPTraceExporter({ timeoutMillis: 300 }).export([], resolve),
    );
    expect(result.code).toBe(1);
    expect(receiver.requests).toEqual([]);
  });

  it("a class of the program's own may extend it", async () => {
    class Mine extends OTLPTraceExporter {
      readonly label = "mine";
    }
    const mine = new Mine({ url: `${receiver.httpUrl}/v1/traces` });
    expect([mine instanceof OTLPTraceExporter, mine.label]).toEqual([true, "mine"]);
    expect(await sentBy(mine)).toEqual(["/v1/traces", undefined, undefined]);
  });

  it("a URL that is none throws", () => {
    expect(() => new OTLPTraceExporter({ url: "http//phoenix" })).toThrow(PhoenixConfigError);
    expect(() => new OTLPTraceExporter({ url: "http//phoenix" })).toThrow(
      'PHX101 new OTLPTraceExporter({ url: "http//phoenix" }): this is not a URL. Did you mean "http://phoenix"?',
    );
  });
});

describe("in a processor of ours", () => {
  it.each([
    ["BatchSpanProcessor", (exporter: OTLPTraceExporter) => new BatchSpanProcessor(exporter)],
    [
      "OpenInferenceBatchSpanProcessor",
      (exporter: OTLPTraceExporter) =>
        new OpenInferenceBatchSpanProcessor({ exporter, config: { scheduledDelayMillis: 10 } }),
    ],
    [
      "LazyOpenInferenceSpanProcessor",
      (exporter: OTLPTraceExporter) => new LazyOpenInferenceSpanProcessor({ exporter, batch: true }),
    ],
  ] as const)("%s, a full server is waited for and nothing is lost", async (_name, create) => {
    receiver.answer(503, { retryAfter: 0 }).then(200);
    const exporter = new OTLPTraceExporter({
      url: `${receiver.httpUrl}/v1/traces`,
      headers: { "x-tenant": "t" },
    });
    const provider = new TracerProvider({ spanProcessors: [create(exporter)] });
    provider.getTracer("test").startSpan("span").end();
    expect(await provider.flush()).toEqual({ delivered: 1, pending: 0, dropped: 0 });
    expect(receiver.requests.map(({ headers }) => headers["x-tenant"])).toEqual(["t", "t"]);
    await provider.shutdown();
  });
});

describe("getDefaultSpanProcessor()", () => {
  it.each([true, false])("sends to Phoenix, batch: %s", async (batch) => {
    const processor = getDefaultSpanProcessor({
      url: receiver.httpUrl,
      apiKey: "key",
      headers: { "x-tenant": "t" },
      batch,
    });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    provider.getTracer("test").startSpan("span").end();
    await provider.shutdown();
    expect(receiver.requests[0]?.path).toBe("/v1/traces");
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: "Bearer key", "x-tenant": "t" });
  });
});

describe("ensureCollectorEndpoint()", () => {
  it.each([
    "http://localhost:6006",
    "http://localhost:6006/",
    "http://localhost:4317",
    "https://app.phoenix.arize.com",
    "https://app.phoenix.arize.com/s/my-space",
    "https://app.phoenix.arize.com/v1/traces",
    "https://phoenix.example.com:8080",
    "https://phoenix.example.com/api",
    "https://phoenix.example.com/api/",
    "https://phoenix.example.com/api?key=1",
    "http://user:password@phoenix:6006",
  ])("gives for %s what the peer's gives", async (url) => {
    const theirs = await import("@arizeai/phoenix-otel");
    expect(ensureCollectorEndpoint(url)).toBe(theirs.ensureCollectorEndpoint(url));
  });

  it("understands an address without scheme, and throws for what is none", () => {
    expect(ensureCollectorEndpoint("localhost:6006")).toBe("http://localhost:6006/v1/traces");
    expect(() => ensureCollectorEndpoint("http//phoenix")).toThrow(PhoenixConfigError);
    expect(() => ensureCollectorEndpoint(undefined as never)).toThrow(PhoenixConfigError);
  });
});
