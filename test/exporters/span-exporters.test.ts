import { Metadata } from "@grpc/grpc-js";
import {
  BasicTracerProvider,
  BatchSpanProcessor as StockBatchSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GRPCSpanExporter, HTTPSpanExporter, PhoenixConfigError } from "../../src/index.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(() => receiver.stop());

/** Ends spans in OpenTelemetry's own provider and processor, so that only the exporter is ours. */
async function exportWith(exporter: SpanExporter, ...names: string[]): Promise<void> {
  const provider = new BasicTracerProvider({ spanProcessors: [new StockBatchSpanProcessor(exporter)] });
  for (const name of names) provider.getTracer("test").startSpan(name).end();
  await provider.forceFlush();
}

/** One export, and its result. */
async function exportOnce(exporter: SpanExporter): Promise<{ code: number; error?: Error }> {
  return await new Promise((resolve) => exporter.export([], resolve));
}

describe.each([
  ["HTTPSpanExporter", HTTPSpanExporter, "http/protobuf", () => receiver.httpUrl],
  ["GRPCSpanExporter", GRPCSpanExporter, "grpc", () => receiver.grpcUrl],
] as const)("%s in OpenTelemetry's own processor", (name, Exporter, protocol, url) => {
  it("sends to the endpoint, also under the name url", async () => {
    await exportWith(new Exporter({ endpoint: url() }), "by endpoint");
    await exportWith(new Exporter({ url: url() }), "by url");
    expect(receiver.spans.map((span) => span.name)).toEqual(["by endpoint", "by url"]);
    expect(receiver.requests.map((request) => request.protocol)).toEqual([protocol, protocol]);
  });

  it("takes endpoint and key from the PHOENIX variables", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", url());
    vi.stubEnv("PHOENIX_GRPC_PORT", new URL(receiver.grpcUrl).port);
    vi.stubEnv("PHOENIX_API_KEY", "from-the-environment");
    await exportWith(new Exporter(), "span");
    expect(receiver.requests[0]?.headers["authorization"]).toBe("Bearer from-the-environment");
  });

  it("sends headers and a key, and asks functions for them again when they change", async () => {
    let key = "first";
    const exporter = new Exporter({ endpoint: url(), headers: { "X-Tenant": "a" }, apiKey: () => key });
    await exportWith(exporter, "one");
    key = "second";
    await exportWith(exporter, "two");
    expect(receiver.requests.map(({ headers }) => [headers["x-tenant"], headers["authorization"]])).toEqual([
      ["a", "Bearer first"],
      ["a", "Bearer second"],
    ]);
  });

  it("compresses with gzip when told by option or variable", async () => {
    const size = (request: { wireByteLength: number; byteLength: number }): boolean =>
      request.wireByteLength < 2_000;
    vi.stubEnv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
    await exportWith(new Exporter({ endpoint: url() }), "x".repeat(20_000));
    expect(receiver.spans).toHaveLength(1);
    expect(receiver.requests.every(size)).toBe(true);
  });

  it.each([2 ** 31, Infinity])(
    "takes a timeout of %d ms, by option and by variable",
    async (timeoutMillis) => {
      const lines: string[] = [];
      process.on("warning", ({ message }) => lines.push(message));
      await exportWith(new Exporter({ endpoint: url(), timeoutMillis }), "by option");
      vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", String(Math.min(timeoutMillis, 9_999_999_999)));
      await exportWith(new Exporter({ endpoint: url() }), "by variable");
      expect(receiver.spans.map((span) => span.name)).toEqual(["by option", "by variable"]);
      expect(lines).toEqual([]);
    },
  );

  it("gives up after timeoutMillis, and after OTEL_EXPORTER_OTLP_TIMEOUT", async () => {
    receiver.respond(() => ({ kind: "hang" }));
    const byOption = await exportOnce(new Exporter({ endpoint: url(), timeoutMillis: 200 }));
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    const byVariable = await exportOnce(new Exporter({ endpoint: url() }));
    expect([byOption.code, byVariable.code]).toEqual([1, 1]);
    expect(byOption.error).toBeInstanceOf(Error);
  });

  it("reports a failed export instead of throwing", async () => {
    await receiver.stop();
    expect((await exportOnce(new Exporter({ endpoint: url(), timeoutMillis: 300 }))).code).toBe(1);
    const broken = new Exporter({
      endpoint: url(),
      headers: () => {
        throw new Error("no headers today");
      },
    });
    expect((await exportOnce(broken)).error?.message).toMatch(/^PHX121 /);
  });

  it("refuses exports after shutdown", async () => {
    const exporter = new Exporter({ endpoint: url() });
    await exporter.shutdown();
    await exporter.forceFlush();
    expect((await exportOnce(exporter)).error?.message).toBe("the exporter was shut down");
  });

  it("throws a PhoenixConfigError that names it for a wrong option", () => {
    expect(() => new Exporter({ endpoint: "http//phoenix" })).toThrow(PhoenixConfigError);
    expect(() => new Exporter({ endpoint: "http//phoenix" })).toThrow(`new ${name}({ endpoint:`);
  });

  it("says what is wrong with a variable", () => {
    vi.stubEnv("PHOENIX_CLIENT_HEADERS", "broken");
    const lines = collectLines();
    void new Exporter({ endpoint: url() });
    expect(lines).toEqual([expect.stringMatching(/^PHX106 PHOENIX_CLIENT_HEADERS/)]);
  });

  it("trusts the certificate and shows the client certificate of the variables", async () => {
    const secure = await startOtlpReceiver({ mtls: true });
    try {
      const { authority, client } = secure.certificates!;
      vi.stubEnv("OTEL_EXPORTER_OTLP_CERTIFICATE", authority.certFile);
      vi.stubEnv("OTEL_EXPORTER_OTLP_CLIENT_KEY", client.keyFile);
      vi.stubEnv("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", client.certFile);
      const endpoint = protocol === "grpc" ? secure.grpcUrl : secure.httpUrl;
      await exportWith(new Exporter({ endpoint }), "over mutual TLS");
      expect(secure.spans.map((span) => span.name)).toEqual(["over mutual TLS"]);
    } finally {
      await secure.stop();
    }
  });
});

describe("GRPCSpanExporter", () => {
  it("sends the caller's metadata, which wins over a header of that name", async () => {
    const metadata = new Metadata();
    metadata.set("x-tenant", "metadata");
    const headers = { "x-tenant": "header", "x-other": "header" };
    await exportWith(new GRPCSpanExporter({ endpoint: receiver.grpcUrl, metadata, headers }), "span");
    expect(receiver.requests[0]?.headers).toMatchObject({ "x-tenant": "metadata", "x-other": "header" });
  });
});
