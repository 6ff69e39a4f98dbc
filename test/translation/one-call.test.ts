// Our wrapper around a call that traces itself: one LLM span with tokens.
import { type Context, context, trace } from "@opentelemetry/api";
import { BatchSpanProcessor } from "../../src/index.ts";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { traceChain, traceLLM } from "../../src/index.ts";
import type { CollectedSpan } from "../support/otlp-receiver.ts";
import { MockedSdk } from "./ai-model.ts";
import type { SdkVersion } from "./ai-sdk-loader.ts";
import { addKindMethods } from "../../src/tracer.ts";
import { useForeignSpans } from "./foreign-spans.ts";

const spans = useForeignSpans();
const KIND = "openinference.span.kind";

/** Traces with our wrapper around `call`; the spans in the order in which they ended. */
async function tracedAround(call: () => unknown): Promise<readonly CollectedSpan[]> {
  await traceLLM(call, { name: "ours" })();
  await spans.provider.forceFlush();
  return spans.receiver.spans;
}

const withCounts = (all: readonly CollectedSpan[]): string[] =>
  all
    .filter(({ attributes }) =>
      Object.keys(attributes).some((key) => /^llm\.(?:token_count|cost)\./.test(key)),
    )
    .map(({ name }) => name);

const kindsOf = (all: readonly CollectedSpan[]): Record<string, unknown> =>
  Object.fromEntries(all.map(({ name, attributes }) => [name, attributes[KIND]]));

/** What OpenAI answers: our wrapper reads counts from it. */
const ANSWER = {
  model: "gpt-4o",
  choices: [{ message: { role: "assistant", content: "5" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
};

/** A call that is traced by a span of this scope, and says what the wrapper reads too. */
function tracedBy(scope: string, attributes: object): () => object {
  return () => {
    const span = trace.getTracer(scope).startSpan("theirs", { attributes: { ...attributes } });
    span.end();
    return ANSWER;
  };
}

const CHAT = {
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.usage.input_tokens": 20,
  "gen_ai.usage.output_tokens": 7,
};

describe.each([4, 5, 6] as const)("traceLLM around AI SDK %s with telemetry", (version: SdkVersion) => {
  it("leaves one LLM span with tokens: the SDK's", async () => {
    const mocked = await MockedSdk.load(version);
    const all = await tracedAround(async () =>
      mocked.sdk.generateText({
        model: mocked.model([[{ type: "text", text: "hello" }], "stop"]),
        prompt: "Hi",
        experimental_telemetry: { isEnabled: true },
      }),
    );
    expect(kindsOf(all)).toEqual({
      "ai.generateText.doGenerate": "LLM",
      "ai.generateText": "AGENT",
      ours: "CHAIN",
    });
    expect(withCounts(all)).toEqual(["ai.generateText.doGenerate"]);
  });

  it("does so for a stream", async () => {
    const mocked = await MockedSdk.load(version);
    const stream = traceLLM(
      () =>
        mocked.sdk.streamText({
          model: mocked.streamingModel(),
          prompt: "Hi",
          experimental_telemetry: { isEnabled: true },
        }).textStream,
      { name: "ours" },
    )();
    let text = "";
    for await (const delta of stream) text += delta;
    await spans.provider.forceFlush();
    const all = await spans.receiver.waitForSpans(3);
    expect(text).toBe("Hello");
    expect(kindsOf(all)).toEqual({
      "ai.streamText.doStream": "LLM",
      "ai.streamText": "AGENT",
      ours: "CHAIN",
    });
    expect(withCounts(all)).toEqual(["ai.streamText.doStream"]);
  });

  it("keeps the wrapper's span as it is without telemetry", async () => {
    const mocked = await MockedSdk.load(version);
    const all = await tracedAround(async () =>
      mocked.sdk.generateText({
        model: mocked.model([[{ type: "text", text: "hello" }], "stop"]),
        prompt: "Hi",
      }),
    );
    expect(kindsOf(all)).toEqual({ ours: "LLM" });
    expect(withCounts(all)).toEqual(["ours"]);
  });
});

describe("the LLM span of a call", () => {
  it.each([
    ["gen_ai", CHAT],
    ["@anthropic-ai/sdk", CHAT],
    ["langsmith", { ...CHAT, "langsmith.span.kind": "llm" }],
    ["@arizeai/openinference-instrumentation-openai", { [KIND]: "LLM", "llm.token_count.prompt": 20 }],
  ])("that of %s", async (scope, attributes) => {
    const all = await tracedAround(tracedBy(scope, attributes));
    expect(kindsOf(all)).toEqual({ theirs: "LLM", ours: "CHAIN" });
    expect(withCounts(all)).toEqual(["theirs"]);
  });

  it.each([
    ["@opentelemetry/instrumentation-openai", CHAT],
    ["@traceloop/instrumentation-openai", { ...CHAT, "llm.request.type": "chat" }],
    ["@traceloop/instrumentation-anthropic", { ...CHAT, "llm.request.type": "chat" }],
  ])("ours, not that of %s", async (scope, attributes) => {
    const all = await tracedAround(tracedBy(scope, attributes));
    expect(kindsOf(all)).toEqual({ theirs: "CHAIN", ours: "LLM" });
    expect(withCounts(all)).toEqual(["ours"]);
  });

  it("that of a maker at any depth inside", async () => {
    const all = await tracedAround(async () => traceChain(tracedBy("gen_ai", CHAT), { name: "between" })());
    expect(kindsOf(all)).toEqual({ theirs: "LLM", between: "CHAIN", ours: "CHAIN" });
    expect(withCounts(all)).toEqual(["theirs"]);
  });

  it("that of a poorer maker where no wrapper of ours is", async () => {
    const attributes = await spans.attributes({
      scope: "@opentelemetry/instrumentation-openai",
      attributes: CHAT,
    });
    expect(attributes).toMatchObject({ [KIND]: "LLM", "llm.token_count.prompt": 20 });
  });

  it("ours, where it ended first and has counts", async () => {
    let later: { end: () => void } | undefined;
    const all = await tracedAround(() => {
      later = trace.getTracer("gen_ai").startSpan("theirs", { attributes: CHAT });
      return ANSWER;
    });
    later?.end();
    await spans.provider.forceFlush();
    expect(kindsOf(all)).toEqual({ ours: "LLM", theirs: "CHAIN" });
    expect(withCounts(all)).toEqual(["ours"]);
  });

  it("ours, where it ended before the other one started in it", async () => {
    let inside: Context | undefined;
    await tracedAround(() => {
      inside = context.active();
      return ANSWER;
    });
    trace.getTracer("gen_ai").startSpan("theirs", { attributes: CHAT }, inside).end();
    await spans.provider.forceFlush();
    expect(withCounts(spans.receiver.spans)).toEqual(["ours"]);
  });

  it("that of the maker, where ours ended first and has no counts", async () => {
    let later: { end: () => void } | undefined;
    const all = await tracedAround(() => {
      later = trace.getTracer("gen_ai").startSpan("theirs", { attributes: CHAT });
      return "5";
    });
    later?.end();
    await spans.provider.forceFlush();
    expect(withCounts(all)).toEqual(["theirs"]);
  });

  it("one of them, where the wrapper is of a tracer with any name", async () => {
    const tracer = addKindMethods(trace.getTracer("app"));
    tracer.llm(tracedBy("gen_ai", CHAT), { name: "ours" })();
    tracer.llm(
      tracer.llm(() => ANSWER, { name: "inner" }),
      { name: "outer" },
    )();
    await spans.provider.forceFlush();
    expect(kindsOf(spans.receiver.spans)).toEqual({
      theirs: "LLM",
      ours: "CHAIN",
      inner: "LLM",
      outer: "LLM",
    });
  });

  it("ours where a filter drops the other", async () => {
    const filtering = new NodeTracerProvider({
      spanProcessors: [
        new BatchSpanProcessor({
          endpoint: spans.receiver.httpUrl,
          spanFilter: ({ instrumentationScope }) => instrumentationScope.name === "phoenix-otel",
        }),
      ],
    });
    trace.disable();
    filtering.register();
    traceLLM(tracedBy("gen_ai", CHAT), { name: "ours" })();
    await filtering.forceFlush();
    await filtering.shutdown();
    expect(kindsOf(spans.receiver.spans)).toEqual({ ours: "LLM" });
    expect(withCounts(spans.receiver.spans)).toEqual(["ours"]);
  });
});
