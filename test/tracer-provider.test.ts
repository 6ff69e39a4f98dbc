import { trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor as StockSimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  HTTPSpanExporter,
  PhoenixConfigError,
  PROJECT_NAME,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type TracerProviderOptions,
} from "../src/index.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
const providers: TracerProvider[] = [];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.shutdown();
  await receiver.stop();
});

function create(options: TracerProviderOptions = {}): TracerProvider {
  const provider = new TracerProvider(options);
  providers.push(provider);
  return provider;
}

/** Ends a span in a provider at the receiver and gives it as it arrived. */
async function arrived(options: TracerProviderOptions = {}, attributes = {}) {
  const provider = create({ endpoint: receiver.httpUrl, ...options });
  provider.getTracer("test").startSpan("span", { attributes }).end();
  await provider.forceFlush();
  const span = receiver.spans.at(-1);
  if (span === undefined) throw new Error("nothing arrived");
  return span;
}

describe("TracerProvider", () => {
  it("takes a resource as an object of attributes, and samplers of this package", async () => {
    const resource = { "service.name": "shop", [PROJECT_NAME]: "of-object" };
    const span = await arrived({ resource, sampler: new TraceIdRatioBasedSampler(1) });
    expect(span.resource).toMatchObject(resource);
    const others = { ...resource, "telemetry.sdk.language": "nodejs" };
    expect(span.resource).toMatchObject(others);
    expect(create({ sampler: new AlwaysOffSampler() }).getTracer("a").startSpan("b").isRecording()).toBe(
      false,
    );
  });

  it("gets a Phoenix processor by itself, and is OpenTelemetry's provider otherwise", async () => {
    expect(await arrived({ projectName: "alone" })).toMatchObject({
      name: "span",
      resource: { [PROJECT_NAME]: "alone" },
    });
    const provider = create();
    expect(provider).toBeInstanceOf(NodeTracerProvider);
    provider.register();
    expect(trace.getTracer("app").startSpan("global").isRecording()).toBe(true);
  });

  it("throws a PhoenixConfigError that names it for a wrong option", () => {
    const wrong = () => new TracerProvider({ endpoint: "http//phoenix" });
    expect(wrong).toThrow(PhoenixConfigError);
    expect(wrong).toThrow(/^PHX101 new TracerProvider\(\{ endpoint: "http\/\/phoenix" \}\)/);
  });

  it("says what is wrong with a variable, and the details when verbose", () => {
    vi.stubEnv("PHOENIX_GRPC_PORT", "abc");
    const lines = collectLines();
    create({ verbose: true });
    expect(lines.join("\n")).toMatch(/PHX102 PHOENIX_GRPC_PORT/);
    expect(lines.join("\n")).toContain("http://localhost:4317 by grpc  (default)");
  });

  it("keeps tracers: the same name gives the same tracer", () => {
    const provider = create();
    expect(provider.getTracer("a", "1")).toBe(provider.getTracer("a", "1"));
    expect(provider.getTracer("a", "1")).not.toBe(provider.getTracer("a", "2"));
  });

  it("sends scope name, version and schema", async () => {
    const provider = create({ endpoint: receiver.httpUrl });
    provider.getTracer("scope", "1.2.3", { schemaUrl: "https://example.com/schema" }).startSpan("span").end();
    await provider.forceFlush();
    expect(receiver.spans[0]?.scope).toMatchObject({ name: "scope", version: "1.2.3" });
  });
});

describe("the resource of a provider", () => {
  it("has OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES beside the SDK's own (W16)", async () => {
    vi.stubEnv("OTEL_SERVICE_NAME", "billing");
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "team=llm,deployment.environment=test");
    const { resource } = await arrived();
    expect(resource).toMatchObject({
      "service.name": "billing",
      team: "llm",
      "deployment.environment": "test",
      "telemetry.sdk.name": "opentelemetry",
      [PROJECT_NAME]: "default",
    });
  });

  it("has every attribute of the caller's resource, which wins over the environment", async () => {
    vi.stubEnv("OTEL_SERVICE_NAME", "billing");
    const own = resourceFromAttributes({ "service.name": "mine", region: "eu" });
    const { resource } = await arrived({ resource: own });
    expect(resource).toMatchObject({ "service.name": "mine", region: "eu" });
  });

  it.each<[string, TracerProviderOptions, Record<string, string>, string]>([
    ["the option", { projectName: "option" }, { PHOENIX_PROJECT: "variable" }, "option"],
    ["PHOENIX_PROJECT", {}, { PHOENIX_PROJECT: "variable" }, "variable"],
    ["PHOENIX_PROJECT_NAME", {}, { PHOENIX_PROJECT_NAME: "older" }, "older"],
    ["OTEL_RESOURCE_ATTRIBUTES", {}, { OTEL_RESOURCE_ATTRIBUTES: `${PROJECT_NAME}=listed` }, "listed"],
    ["nothing", {}, {}, "default"],
  ])("takes the project from %s", async (_source, options, variables, project) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect((await arrived(options)).resource[PROJECT_NAME]).toBe(project);
  });

  it("takes the project from the caller's resource, after the variables", async () => {
    const resource = resourceFromAttributes({ [PROJECT_NAME]: "resource" });
    expect((await arrived({ resource })).resource[PROJECT_NAME]).toBe("resource");
    vi.stubEnv("PHOENIX_PROJECT", "variable");
    expect((await arrived({ resource })).resource[PROJECT_NAME]).toBe("variable");
  });

  it("waits for attributes that a detector finds late", async () => {
    const late = new Promise<string>((resolve) => setTimeout(() => resolve("found"), 50));
    const { resource } = await arrived({ resource: resourceFromAttributes({ host: late }) });
    expect(resource["host"]).toBe("found");
  });
});

describe("span limits", () => {
  const attributes = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`a${index}`, index]));
  const count = (span: { attributes: object }): number => Object.keys(span.attributes).length;

  it("keep 10,000 attributes, so a long chat keeps its output and token counts (W1)", async () => {
    const span = await arrived({}, attributes);
    expect(count(span)).toBe(300);
    expect(span.droppedAttributesCount).toBe(0);
  });

  it("are the caller's, with the others of the SDK", async () => {
    expect(count(await arrived({ spanLimits: { attributeCountLimit: 5 } }, attributes))).toBe(5);
    expect(count(await arrived({ spanLimits: { eventCountLimit: 5 } }, attributes))).toBe(300);
    expect(count(await arrived({ generalLimits: { attributeCountLimit: 6 } }, attributes))).toBe(6);
  });

  it.each(["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"])(
    "are those of %s",
    async (name) => {
      vi.stubEnv(name, "7");
      expect(count(await arrived({}, attributes))).toBe(7);
    },
  );
});

describe("the span processors of a provider", () => {
  const record = (provider: TracerProvider, name: string): void =>
    provider.getTracer("test").startSpan(name).end();

  function memory(): { processor: SpanProcessor; names: () => string[] } {
    const exporter = new InMemorySpanExporter();
    return {
      processor: new StockSimpleSpanProcessor(exporter),
      names: () => exporter.getFinishedSpans().map((span) => span.name),
    };
  }

  it("are the caller's list instead of the default", async () => {
    const { processor, names } = memory();
    const provider = create({ endpoint: receiver.httpUrl, spanProcessors: [processor] });
    record(provider, "span");
    await provider.forceFlush();
    expect(names()).toEqual(["span"]);
    expect(receiver.requests).toEqual([]);
  });

  it('have the default where the list says "auto"', async () => {
    const { processor, names } = memory();
    const provider = create({ endpoint: receiver.httpUrl, spanProcessors: ["auto", processor] });
    record(provider, "span");
    await provider.forceFlush();
    expect(names()).toEqual(["span"]);
    expect(receiver.spans).toHaveLength(1);
  });

  it("give way to an added one, and the default delivers what it holds", async () => {
    const { processor, names } = memory();
    const provider = create({ endpoint: receiver.httpUrl });
    record(provider, "before");
    provider.addSpanProcessor(processor);
    record(provider, "after");
    await receiver.waitForSpans(1);
    await provider.forceFlush();
    expect(receiver.spans.map((span) => span.name)).toEqual(["before"]);
    expect(names()).toEqual(["after"]);
  });

  it("give way once: the second added one joins the first", () => {
    const [first, second] = [memory(), memory()];
    const provider = create({ endpoint: receiver.httpUrl });
    provider.addSpanProcessor(first.processor);
    provider.addSpanProcessor(second.processor);
    record(provider, "span");
    expect([first.names(), second.names()]).toEqual([["span"], ["span"]]);
  });

  it("stay beside an added one with replaceDefault: false", async () => {
    const { processor, names } = memory();
    const provider = create({ endpoint: receiver.httpUrl });
    provider.addSpanProcessor(processor, { replaceDefault: false });
    record(provider, "both");
    await provider.forceFlush();
    expect(names()).toEqual(["both"]);
    expect(receiver.spans).toHaveLength(1);
  });

  it("may throw without breaking the program or each other", async () => {
    const lines = collectLines();
    class Broken implements SpanProcessor {
      onStart(): void {
        throw new Error("start");
      }
      onEnd(): void {
        throw new Error("end");
      }
      async forceFlush(): Promise<void> {
        throw new Error("flush");
      }
      shutdown(): Promise<void> {
        throw new Error("shutdown");
      }
    }
    const provider = create({ endpoint: receiver.httpUrl, spanProcessors: [new Broken(), "auto"] });
    record(provider, "span");
    record(provider, "span");
    await provider.forceFlush();
    await provider.shutdown();
    expect(receiver.spans).toHaveLength(2);
    expect(lines).toEqual(
      ["onStart", "onEnd", "forceFlush", "shutdown"].map((method) =>
        expect.stringMatching(new RegExp(`^PHX203 Broken\\.${method}\\(\\) failed: `)),
      ),
    );
  });
});

describe("flush, stats and shutdown of a provider", () => {
  it("count what the Phoenix processors did", async () => {
    const second = new BatchSpanProcessor(new HTTPSpanExporter({ endpoint: receiver.httpUrl }));
    const provider = create({ endpoint: receiver.httpUrl, spanProcessors: ["auto", second] });
    provider.getTracer("test").startSpan("span").end();
    expect(await provider.flush()).toEqual({ delivered: 2, pending: 0, dropped: 0 });
    expect(provider.stats()).toMatchObject({ emitted: 2, delivered: 2, queued: 0, inFlight: 0 });
  });

  it("resolve when nothing listens (W7)", async () => {
    collectLines();
    await receiver.stop();
    const provider = create({ endpoint: receiver.httpUrl });
    provider.getTracer("test").startSpan("lost").end();
    expect(await provider.flush()).toEqual({ delivered: 0, pending: 1, dropped: 0 });
    await expect(provider.forceFlush()).resolves.toBeUndefined();
    await expect(provider.shutdown()).resolves.toBeUndefined();
    expect(provider.isShutdown).toBe(true);
    expect(provider.stats().dropped.shutdown).toBe(1);
  });

  it("keep the deadline beside a processor of somebody else that never ends its flush", async () => {
    const stuck: SpanProcessor = {
      onStart: () => undefined,
      onEnd: () => undefined,
      forceFlush: () => new Promise(() => undefined),
      shutdown: async () => undefined,
    };
    const provider = create({ endpoint: receiver.httpUrl, spanProcessors: ["auto", stuck] });
    provider.getTracer("test").startSpan("span").end();
    expect(await provider.flush({ timeoutMillis: 500 })).toEqual({ delivered: 1, pending: 0, dropped: 0 });
  });

  it("keep the caller's deadline", async () => {
    collectLines();
    receiver.hang();
    const provider = create({ endpoint: receiver.httpUrl });
    provider.getTracer("test").startSpan("slow").end();
    const flushed = provider.forceFlush({ timeoutMillis: 50 });
    await expect(flushed).resolves.toBeUndefined();
    expect(provider.stats().delivered).toBe(0);
  });
});
