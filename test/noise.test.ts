// One cause is one line, however many objects meet it and however often a program sets up.
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  GRPCSpanExporter,
  HTTPSpanExporter,
  register,
  SimpleSpanProcessor,
  TracerProvider,
} from "../src/index.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./support/otlp-receiver.ts";
import { PATIENCE_MILLIS } from "./support/patience.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let lines: string[];
const providers = new Set<TracerProvider>();
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  lines = collectLines();
});
afterEach(async () => {
  for (const provider of providers) await provider.shutdown({ timeoutMillis: 0 });
  providers.clear();
  await receiver.stop();
});

const codes = (): string[] => lines.map((line) => line.split(" ", 1)[0]!);

/** Runs a dev server's set-up again and again: functions and objects are new each time. */
function reload(times: number, options: Parameters<typeof register>[0] = {}): void {
  for (let index = 0; index < times; index++) {
    const provider = register({
      endpoint: receiver.httpUrl,
      apiKey: async () => "key",
      flushOnExit: false,
      ...options,
    });
    providers.add(provider);
    provider.getTracer("dev").startSpan(`reload ${index}`).end();
  }
}

describe("a wrong variable is told once", () => {
  it.each<[string, () => unknown]>([
    ["BatchSpanProcessor", () => new BatchSpanProcessor()],
    ["SimpleSpanProcessor", () => new SimpleSpanProcessor()],
    ["HTTPSpanExporter", () => new HTTPSpanExporter()],
    ["GRPCSpanExporter", () => new GRPCSpanExporter()],
    ["TracerProvider", () => new TracerProvider()],
  ])("by any number of %s", (_, create) => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", "http//phoenix");
    vi.stubEnv("PHOENIX_API_KEY", "a\nb");
    for (let index = 0; index < 5; index++) create();
    expect(codes().toSorted()).toEqual(["PHX101", "PHX108"]);
  });

  it("by 50 registrations, with what else there is to say of them", () => {
    vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "soon");
    const instrumentation = {
      instrumentationName: "broken",
      getConfig: () => ({}),
      setTracerProvider: () => {
        throw new Error("no");
      },
      enable: () => undefined,
      disable: () => undefined,
    };
    reload(50, { verbose: true, instrumentations: [instrumentation] });
    const details = lines.filter((line) => line.startsWith("phoenix-otel\n"));
    const said = codes().filter((code) => code.startsWith("PHX"));
    expect(details).toHaveLength(1);
    expect(said.toSorted()).toEqual(["PHX116", "PHX202", "PHX521"]);
  });
});

it("another provider that is global is told of once in 50 registrations", () => {
  trace.setGlobalTracerProvider(new BasicTracerProvider());
  reload(50);
  expect(codes().filter((code) => code === "PHX201")).toHaveLength(1);
});

it("an outage is told once, and its end, in all that was set up meanwhile", async () => {
  await receiver.stop();
  reload(8);
  await expect.poll(codes, { timeout: PATIENCE_MILLIS }).toContain("PHX302");
  await receiver.start();
  await Promise.all([...providers].map((provider) => provider.forceFlush()));
  expect(receiver.uniqueSpanCount).toBe(8);
  expect(codes().filter((code) => code !== "PHX202")).toEqual(["PHX302", "PHX304"]);
});

it("a failing exporter of somebody else is what its line speaks of", async () => {
  class DiskExporter {
    export(_spans: unknown, done: (result: { code: number; error: Error }) => void): void {
      done({ code: 1, error: new Error("disk full") });
    }
    async shutdown(): Promise<void> {}
  }
  const processor = new BatchSpanProcessor({ exporter: new DiskExporter(), flushOnExit: false });
  const provider = new TracerProvider({ spanProcessors: [processor] });
  provider.getTracer("test").startSpan("span").end();
  await expect.poll(() => lines, { timeout: PATIENCE_MILLIS }).toHaveLength(1);
  await provider.shutdown({ timeoutMillis: 0 });
  expect(lines[0]).toBe(
    'PHX321 The exporter DiskExporter (from option exporter) failed: "disk full"; 1 span waits. Check option exporter.',
  );
  expect(lines.join("\n")).not.toMatch(/Phoenix|gRPC/);
});
