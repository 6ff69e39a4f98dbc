// The table of docs/masking.md, looked for in the bytes of requests and in what a foreign exporter gets.
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HideSetting } from "../../src/config/masking-settings.ts";
import { BatchSpanProcessor, TracerProvider, type TraceConfigOptions } from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { ATTRIBUTE_NAMES, DECIDED, DECISIONS } from "./decided-attributes.ts";
import { markedSpan, type MarkedSpan, misplaced, record, SETTINGS } from "./marked-span.ts";

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

const VARIABLES: Readonly<Record<HideSetting, string>> = {
  hideInputs: "HIDE_INPUTS",
  hideOutputs: "HIDE_OUTPUTS",
  hideInputMessages: "HIDE_INPUT_MESSAGES",
  hideOutputMessages: "HIDE_OUTPUT_MESSAGES",
  hideInputText: "HIDE_INPUT_TEXT",
  hideOutputText: "HIDE_OUTPUT_TEXT",
  hideInputImages: "HIDE_INPUT_IMAGES",
  hideLLMInvocationParameters: "HIDE_LLM_INVOCATION_PARAMETERS",
  hideLLMTools: "HIDE_LLM_TOOLS",
  hidePrompts: "HIDE_PROMPTS",
  hideChoices: "HIDE_CHOICES",
  hideEmbeddingsVectors: "HIDE_EMBEDDINGS_VECTORS",
  hideEmbeddingsText: "HIDE_EMBEDDINGS_TEXT",
};

/** By default the SDK keeps 128 attributes of an event. */
const spanLimits = { attributePerEventCountLimit: 1_000, attributePerLinkCountLimit: 1_000 };

/** What translation would make of foreign keys is masked where it does not, too. */
const translate = false;

const configOf = (settings: ReadonlySet<HideSetting>): TraceConfigOptions =>
  Object.fromEntries([...settings].map((setting) => [setting, true]));

async function bytesOf(span: MarkedSpan, traceConfig?: TraceConfigOptions): Promise<Uint8Array> {
  const provider = new TracerProvider({
    endpoint: receiver.httpUrl,
    spanLimits,
    translate,
    ...(traceConfig && { traceConfig }),
  });
  providers.push(provider);
  record(provider.getTracer("test"), span);
  await provider.forceFlush();
  return receiver.requests.at(-1)!.body;
}

/** What a foreign exporter in our processor gets, as the bytes that OpenTelemetry makes of it. */
async function foreignBytesOf(span: MarkedSpan, traceConfig: TraceConfigOptions): Promise<Uint8Array> {
  const got: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export: (spans, done) => {
      got.push(...spans);
      done({ code: 0 });
    },
    shutdown: async () => undefined,
  };
  const provider = new TracerProvider({
    traceConfig,
    spanLimits,
    translate,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  providers.push(provider);
  record(provider.getTracer("test"), span);
  await provider.forceFlush();
  return ProtobufTraceSerializer.serializeRequest(got)!;
}

/** A processor of somebody else, which sees the live spans. */
const collecting = (ended: ReadableSpan[]): SpanProcessor => ({
  onStart: () => undefined,
  onEnd: (live) => void ended.push(live),
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
});

const NOTHING = { leaked: [], missing: [] };
const COMBINATIONS: readonly (readonly [string, ReadonlySet<HideSetting>])[] = [
  ["nothing", new Set()],
  ...SETTINGS.map((setting) => [setting, new Set([setting])] as const),
  ["everything", new Set(SETTINGS)],
];

describe("the masking table", () => {
  it("decides about every attribute of the semantic conventions package", () => {
    expect(Object.keys(DECISIONS).toSorted()).toEqual([...ATTRIBUTE_NAMES].toSorted());
  });

  it.each(COMBINATIONS)(
    "hides by %s what the table says, in the bytes of the request",
    async (_, settings) => {
      const span = markedSpan(1, DECIDED, "LLM");
      expect(misplaced(span, settings, await bytesOf(span, configOf(settings)))).toEqual(NOTHING);
    },
  );

  it.each(COMBINATIONS)("hides by %s the same from a foreign exporter", async (_, settings) => {
    const span = markedSpan(2, DECIDED, "LLM");
    expect(misplaced(span, settings, await foreignBytesOf(span, configOf(settings)))).toEqual(NOTHING);
  });

  it.each(SETTINGS)("hides by the variable of %s the same", async (setting) => {
    vi.stubEnv(`OPENINFERENCE_${VARIABLES[setting]}`, "True");
    const span = markedSpan(3, DECIDED, "LLM");
    expect(misplaced(span, new Set([setting]), await bytesOf(span))).toEqual(NOTHING);
  });

  it.each(["AGENT", undefined])("keeps values of a span of kind %s without messages", async (kind) => {
    const chosen = DECIDED.filter(({ key }) => key === "input.value" || key === "output.value");
    const span = markedSpan(4, chosen, kind);
    const settings = new Set<HideSetting>(["hideInputMessages", "hideOutputText"]);
    expect(misplaced(span, settings, await bytesOf(span, configOf(settings)))).toEqual(NOTHING);
  });

  it("hides exactly what its settings say of 2,000 random spans, and leaves the live spans as they are", async () => {
    const one = fc.record({
      chosen: fc.subarray([...DECIDED]),
      kind: fc.constantFrom("LLM", "CHAIN", "TOOL", undefined),
    });
    const group = fc.record({
      settings: fc.subarray([...SETTINGS]),
      spans: fc.array(one, { minLength: 20, maxLength: 20 }),
    });
    let seed = 10;
    for (const { settings, spans } of fc.sample(group, { numRuns: 100, seed: 14 })) {
      const ended: ReadableSpan[] = [];
      const provider = new TracerProvider({
        endpoint: receiver.httpUrl,
        traceConfig: configOf(new Set(settings)),
        flushOnExit: false,
        spanLimits,
        translate,
        spanProcessors: ["auto", collecting(ended)],
      });
      receiver.forget();
      const marked = spans.map(({ chosen, kind }) => markedSpan(seed++, chosen, kind));
      for (const span of marked) record(provider.getTracer("test"), span);
      await provider.shutdown();
      const body = Buffer.concat(receiver.requests.map((request) => request.body));
      for (const [index, span] of marked.entries()) {
        expect([settings, misplaced(span, new Set(settings), body)]).toEqual([settings, NOTHING]);
        const live = ended[index]!;
        expect(live.attributes).toEqual(span.attributes);
        expect(live.events[0]?.attributes).toEqual(span.eventAttributes);
        expect(live.links[0]?.attributes ?? {}).toEqual(span.linkAttributes);
        expect(live.status.message).toBe(span.statusMessage);
      }
    }
  }, 120_000);
});
