// OITracer, getTracer() and wrapTracer(): beside @arizeai/openinference-core's, and where that one leaks.
import { type Attributes, context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import * as theirs from "@arizeai/openinference-core";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  generateTraceConfig,
  getLLMAttributes,
  getTracer,
  OITracer,
  PhoenixConfigError,
  setMetadata,
  setSession,
  traceLLM,
  TracerProvider,
  wrapTracer,
  withSpan,
} from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";

useFreshProcess();

let exporter: InMemorySpanExporter;
let provider: NodeTracerProvider;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
});
afterEach(() => provider.shutdown());

const finished = () => exporter.getFinishedSpans();
const attributes = (name: string): Attributes | undefined =>
  finished().find((span) => span.name === name)?.attributes;

const CALL: Attributes = {
  "openinference.span.kind": "LLM",
  "input.value": "secret question",
  "input.mime_type": "text/plain",
  "output.value": "secret answer",
  ...getLLMAttributes({
    inputMessages: [{ role: "user", content: "secret question" }],
    outputMessages: [{ role: "assistant", content: "secret answer" }],
    tools: [{ jsonSchema: { name: "search" } }],
  }),
  "embedding.embeddings.0.embedding.vector": [1, 2],
};

/** One span of each side with the same attributes. */
function both(traceConfig: theirs.TraceConfigOptions): [Attributes | undefined, Attributes | undefined] {
  const tracer = trace.getTracer("test");
  new theirs.OITracer({ tracer, traceConfig }).startSpan("theirs", { attributes: CALL }).end();
  new OITracer({ tracer, traceConfig }).startSpan("ours", { attributes: CALL }).end();
  return [attributes("ours"), attributes("theirs")];
}

describe("OITracer", () => {
  it.each([{}, { hideInputMessages: false }, { hideLLMTools: true }])(
    "records with %j what theirs records",
    (traceConfig) => {
      const [mine, other] = both(traceConfig);
      expect(mine).toEqual(other);
    },
  );

  it.each([
    { hideInputs: true },
    { hideOutputs: true },
    { hideInputText: true },
    { hideOutputText: true },
    { hideInputMessages: true },
    { hideOutputMessages: true },
    { hideEmbeddingVectors: true },
  ])("hides with %j all that theirs hides", (traceConfig) => {
    const [mine = {}, other = {}] = both(traceConfig);
    const shown = Object.entries(mine).filter(([, value]) => value !== "__REDACTED__");
    expect(other).toMatchObject(Object.fromEntries(shown));
  });

  it("adds what the context says, and the span's own attributes win", () => {
    const active = setMetadata(setSession(context.active(), { sessionId: "s" }), { a: 1 });
    new OITracer({ tracer: trace.getTracer("test") })
      .startSpan("span", { attributes: { metadata: "mine" } }, active)
      .end();
    expect(attributes("span")).toEqual({ "session.id": "s", metadata: "mine" });
  });

  it("masks by whatever handle something is set, exceptions and links too", () => {
    const tracer = new OITracer({
      tracer: trace.getTracer("test"),
      traceConfig: { hideInputs: true, hideOutputs: true },
    });
    const spanContext = trace.getTracer("test").startSpan("linked").spanContext();
    const links = [{ context: spanContext, attributes: { "input.value": "secret" } }];
    const result = tracer.startActiveSpan("span", { kind: SpanKind.CLIENT, links }, (span) => {
      span.setAttribute("input.value", "secret");
      trace.getActiveSpan()?.setAttribute("output.value", "secret");
      span.addEvent("event", { "input.value": "secret" });
      span.recordException(new Error("secret"));
      span.setStatus({ code: SpanStatusCode.ERROR, message: "secret" });
      trace.getTracer("test").startSpan("child").end();
      span.end();
      return 7;
    });
    expect(result).toBe(7);
    const span = finished().find(({ name }) => name === "span");
    const { attributes, events, links: kept, status, kind } = span!;
    expect(JSON.stringify({ attributes, events, kept, status })).not.toContain("secret");
    expect(attributes).toEqual({ "input.value": "__REDACTED__", "output.value": "__REDACTED__" });
    expect(kind).toBe(SpanKind.CLIENT);
    expect(finished().find(({ name }) => name === "child")?.parentSpanContext?.spanId).toBe(
      span?.spanContext().spanId,
    );
  });

  it("hides what the variables say where no traceConfig is given", () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    getTracer("mine")
      .startSpan("span", { attributes: { "input.value": "secret" } })
      .end();
    expect(attributes("span")).toEqual({ "input.value": "__REDACTED__" });
    expect(finished()[0]?.instrumentationScope.name).toBe("mine");
  });

  it("is a tracer for the wrappers: their spans are masked and carry the context", () => {
    const tracer = new OITracer({ tracer: trace.getTracer("test"), traceConfig: { hideInputs: true } });
    const answer = withSpan((prompt: string) => `answer to ${prompt}`, { tracer, kind: "LLM", name: "call" });
    context.with(setSession(context.active(), { sessionId: "s" }), () => answer("secret"));
    expect(attributes("call")).toMatchObject({
      "input.value": "__REDACTED__",
      "output.value": "answer to secret",
      "session.id": "s",
    });
  });

  it("masks in a provider of ours too", async () => {
    const own = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const tracer = new OITracer({ tracer: own.getTracer("test"), traceConfig: { hideOutputs: true } });
    traceLLM(() => "secret", { tracer, name: "call" })();
    expect(JSON.stringify(attributes("call"))).not.toContain("secret");
    await own.shutdown();
  });

  it("starts spans as another tracer does: without options, with a context, not sampled", () => {
    const tracer = new OITracer({ tracer: trace.getTracer("test"), traceConfig: { hideInputs: true } });
    expect(tracer.startActiveSpan("bare", (span) => span.isRecording())).toBe(true);
    const elsewhere = trace.deleteSpan(context.active());
    expect(tracer.startActiveSpan("elsewhere", {}, elsewhere, () => 1)).toBe(1);
    trace.disable();
    const none = new OITracer({ tracer: trace.getTracer("none"), traceConfig: { hideInputs: true } });
    expect(none.startSpan("none", { attributes: { "input.value": "secret" } }).isRecording()).toBe(false);
  });

  it("throws for a setting that cannot be right, as a leak must not pass for one", () => {
    const tracer = trace.getTracer("test");
    const wrong = { hide_inputs: true } as object;
    expect(() => new OITracer({ tracer, traceConfig: wrong })).toThrow(PhoenixConfigError);
    expect(() => new OITracer({ tracer, traceConfig: wrong })).toThrow("Did you mean hideInputs?");
  });
});

describe("wrapTracer()", () => {
  it("wraps once", () => {
    const wrapped = wrapTracer(trace.getTracer("test"));
    expect(wrapped).toBeInstanceOf(OITracer);
    expect(wrapTracer(wrapped)).toBe(wrapped);
  });
});

describe("generateTraceConfig()", () => {
  it.each([
    [{}, {}],
    [{ hideInputs: true, base64ImageMaxLength: 8_000 }, {}],
    [{}, { OPENINFERENCE_HIDE_INPUTS: "true", OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH: "5" }],
    [{ hideInputs: false }, { OPENINFERENCE_HIDE_INPUTS: "TRUE" }],
    [{ hideEmbeddingVectors: true, hidePrompts: true, hideLLMTools: true }, {}],
  ])("gives for %j and %j what theirs gives", (options, variables) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(generateTraceConfig(options)).toMatchObject(theirs.generateTraceConfig(options));
  });

  it("reads the variables without options too", () => {
    vi.stubEnv("OPENINFERENCE_HIDE_OUTPUTS", "true");
    expect(generateTraceConfig().hideOutputs).toBe(true);
  });
});

describe("openTelemetrySpanKind", () => {
  it("is the kind of the span", () => {
    withSpan(() => 1, { name: "client", openTelemetrySpanKind: SpanKind.CLIENT })();
    withSpan(() => 1, { name: "internal" })();
    context.with(setSession(context.active(), { sessionId: "s" }), () =>
      withSpan(() => 1, { name: "in a session", openTelemetrySpanKind: SpanKind.SERVER })(),
    );
    expect(finished().map(({ kind }) => kind)).toEqual([SpanKind.CLIENT, SpanKind.INTERNAL, SpanKind.SERVER]);
  });

  it("is the kind of a masked span", () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    withSpan((prompt: string) => prompt.length, { name: "client", openTelemetrySpanKind: SpanKind.CLIENT })(
      "secret",
    );
    expect(finished()[0]?.kind).toBe(SpanKind.CLIENT);
    expect(attributes("client")?.["input.value"]).toBe("__REDACTED__");
  });
});
