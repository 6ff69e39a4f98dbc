import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  BatchSpanProcessor,
  GRPCSpanExporter,
  HTTPSpanExporter,
  register,
  resolveConfig,
  SimpleSpanProcessor,
  TracerProvider,
} from "../src/index.ts";

// Every function and class that takes options, given names that it does not take.

type Options = Record<string, unknown>;
const made: { shutdown(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of made.splice(0)) await each.shutdown();
});

const keep = <T extends { shutdown(): Promise<unknown> }>(each: T): T => {
  made.push(each);
  return each;
};

const TAKERS: Record<string, (options: Options) => unknown> = {
  register: (options) => keep(register({ global: false, ...options })),
  resolveConfig: (options) => resolveConfig(options),
  "new TracerProvider": (options) => keep(new TracerProvider(options as never)),
  "new BatchSpanProcessor": (options) => keep(new BatchSpanProcessor(options as never)),
  "new SimpleSpanProcessor": (options) => keep(new SimpleSpanProcessor(options as never)),
  "new HTTPSpanExporter": (options) => keep(new HTTPSpanExporter(options as never)),
  "new GRPCSpanExporter": (options) => keep(new GRPCSpanExporter(options as never)),
};
const PROVIDERS = ["register", "resolveConfig", "new TracerProvider"];
const PROCESSORS = ["new BatchSpanProcessor", "new SimpleSpanProcessor"];
const EXPORTERS = ["new HTTPSpanExporter", "new GRPCSpanExporter"];
const ALL = Object.keys(TAKERS);

function errorOf(taker: string, options: Options): Error & { code?: string } {
  try {
    TAKERS[taker]!(options);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${taker} took ${JSON.stringify(options)}.`);
}

describe("an option in another spelling is met with the right one", () => {
  const rows: [takers: string[], wrong: string, right: string][] = [
    [ALL, "api_key", "apiKey"],
    [ALL, "apikey", "apiKey"],
    [ALL, "endpont", "endpoint"],
    [ALL, "endPoint", "endpoint"],
    [ALL, "header", "headers"],
    [ALL, "haeders", "headers"],
    [ALL, "URL", "url"],
    [ALL, "hostname", "endpoint"],
    [[...PROVIDERS, ...PROCESSORS], "project_name", "projectName"],
    [[...PROVIDERS, ...PROCESSORS], "project", "projectName"],
    [[...PROVIDERS, ...PROCESSORS], "projectNmae", "projectName"],
    [[...PROVIDERS, ...PROCESSORS], "flush_on_exit", "flushOnExit"],
    [[...PROVIDERS, ...PROCESSORS], "spanFliter", "spanFilter"],
    [PROVIDERS, "spanExporter", "spanProcessors"],
    [PROVIDERS, "spanProcessor", "spanProcessors"],
    [PROVIDERS, "exporter", "spanProcessors"],
    [PROCESSORS, "spanExporter", "exporter"],
    [PROCESSORS, "exproter", "exporter"],
    [PROCESSORS, "maxQueueByte", "maxQueueBytes"],
    [PROCESSORS, "scheduleDelayMillis", "scheduledDelayMillis"],
    [PROCESSORS, "max_export_batch_size", "maxExportBatchSize"],
    [PROCESSORS, "timeoutMillis", "exportTimeoutMillis"],
    [EXPORTERS, "timeout", "timeoutMillis"],
    [EXPORTERS, "compresion", "compression"],
    [["new HTTPSpanExporter"], "keepalive", "keepAlive"],
    [["new GRPCSpanExporter"], "meta_data", "metadata"],
    [["register", "resolveConfig"], "set_global_tracer_provider", "setGlobalTracerProvider"],
    [["register", "resolveConfig"], "autoInstrumentation", "autoInstrument"],
  ];
  test.each(rows.flatMap(([takers, wrong, right]) => takers.map((taker) => [taker, wrong, right] as const)))(
    "%s({ %s }): %s",
    (taker, wrong, right) => {
      const error = errorOf(taker, { [wrong]: "x" });
      expect(error).toMatchObject({ name: "PhoenixConfigError", code: "PHX120" });
      expect(error.message).toBe(
        `PHX120 ${taker}({ ${wrong} }): there is no option ${wrong}. Did you mean ${right}?`,
      );
    },
  );
});

describe("an option of another class is not taken in silence", () => {
  test.each([
    ["new HTTPSpanExporter", { projectName: "rag" }, "register, TracerProvider, span processors take it"],
    ["new GRPCSpanExporter", { protocol: "grpc" }, "register, TracerProvider, span processors take it"],
    ["new BatchSpanProcessor", { instrumentations: [] }, "register takes it"],
    ["new SimpleSpanProcessor", { verbose: true }, "register, TracerProvider take it"],
    ["new TracerProvider", { diagLogLevel: 1 }, "register takes it"],
    ["register", { maxQueueBytes: 5 }, "span processors take it"],
  ] as const)("%s(%j)", (taker, options, takers) => {
    expect(errorOf(taker, options).message).toContain(`is no option here; ${takers}.`);
  });
});

describe("what is right or none of ours is taken", () => {
  test.each(ALL)("%s", (taker) => {
    vi.spyOn(console, "warn").mockReturnValue();
    const own = { endpoint: "http://127.0.0.1:9/v1/traces", apiKey: "k", headers: { a: "1" } };
    expect(() => TAKERS[taker]!({ ...own, tenant: "x", userId: 5, projectNmae: undefined })).not.toThrow();
    vi.restoreAllMocks();
  });

  test("the stock form of a processor", () => {
    expect(() => keep(new BatchSpanProcessor(new InMemorySpanExporter(), { maxQueueSize: 5 }))).not.toThrow();
    expect(() => new BatchSpanProcessor(new InMemorySpanExporter(), { maxQueueSise: 5 } as never)).toThrow(
      "Did you mean maxQueueSize?",
    );
  });

  test("url of a processor", async () => {
    expect(() => keep(new BatchSpanProcessor({ url: "http://127.0.0.1:9/v1/traces" }))).not.toThrow();
  });
});
