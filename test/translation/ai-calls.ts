// The same calls by each version of the AI SDK, live or replayed, through a provider with one of our processors and with
// somebody else's exporter beside it.
import { readFileSync } from "node:fs";
import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type SpanKind,
  type SpanStatus,
} from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor as PlainProcessor,
} from "@opentelemetry/sdk-trace-node";
import { BatchSpanProcessor } from "../../src/index.ts";
import { runOnNode } from "../support/node-versions.ts";
import { type CollectedSpan, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { IMAGE, ignoreFailure, MockedSdk } from "./ai-model.ts";
import { jsonSchemaOf, type SdkVersion } from "./ai-sdk-loader.ts";

/** The scenarios, each of them one trace, in the order in which they run. */
export type Scenario =
  | "tools"
  | "broken"
  | "image"
  | "stream"
  | "object"
  | "embed"
  | "embedMany"
  | "rerank"
  | "fail";

/** Versions that run on every Node, and for 7 the options of its telemetry. */
export type Maker = Exclude<SdkVersion, 7> | Telemetry7;
export type Telemetry7 = "7" | "7-full" | "7-legacy";

/** What left of one scenario, and what the live spans say. */
export interface Calls {
  readonly left: readonly CollectedSpan[];
  readonly live: readonly Pick<ReadableSpan, "attributes">[];
}

export type Tracing = Record<Scenario, Calls>;

/** Runs all scenarios of a maker; the spans by scenario. */
export async function traceCalls(maker: Maker, translate = true): Promise<Tracing> {
  const receiver = await startOtlpReceiver();
  const other = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    spanProcessors: [
      new BatchSpanProcessor({ endpoint: receiver.httpUrl, translate }),
      new PlainProcessor(other),
    ],
  });
  provider.register();
  try {
    const scenarios = typeof maker === "number" ? await callAll(maker, other) : replay(maker, provider);
    await provider.forceFlush();
    const live = other.getFinishedSpans();
    return Object.fromEntries(
      Object.entries(scenarios).map(([scenario, traceId]) => [
        scenario,
        {
          left: receiver.spans.filter((span) => span.traceId === traceId),
          live: live.filter((span) => span.spanContext().traceId === traceId),
        },
      ]),
    ) as unknown as Tracing;
  } finally {
    await provider.shutdown();
    await receiver.stop();
    trace.disable();
    context.disable();
  }
}

/**
 * As {@link traceCalls}, by version 7 itself on a Node that runs it.
 */
export async function traceCalls7(telemetry: Telemetry7): Promise<Tracing> {
  const receiver = await startOtlpReceiver();
  try {
    const { status, stdout, stderr } = await runOnNode(
      "24",
      ["--import", "tsx", "test/translation/programs/ai-7-calls.ts"],
      { ENDPOINT: receiver.httpUrl, TELEMETRY: telemetry },
    );
    if (status !== 0) throw new Error(`The calls ended with ${status}: ${stderr}`);
    const { traceIds, live } = JSON.parse(stdout) as Told;
    return Object.fromEntries(
      Object.entries(traceIds).map(([scenario, traceId]) => [
        scenario,
        {
          left: receiver.spans.filter((span) => span.traceId === traceId),
          live: live.filter((span) => span.traceId === traceId),
        },
      ]),
    ) as unknown as Tracing;
  } finally {
    await receiver.stop();
  }
}

/** What the program of {@link traceCalls7} prints. */
export interface Told {
  readonly traceIds: TraceIds;
  readonly live: readonly { readonly traceId: string; readonly attributes: Attributes }[];
}

/** Trace ids by scenario. */
type TraceIds = Partial<Record<Scenario, string>>;

/** Makes all calls with one version, and gives their traces; `other` has every span that ended. */
export async function callAll(version: SdkVersion, other: InMemorySpanExporter): Promise<TraceIds> {
  const mocked = await MockedSdk.load(version);
  const traceIds: TraceIds = {};
  for (const [scenario, call] of Object.entries(callsOf(mocked))) {
    await call().catch(ignoreFailure);
    const last = other.getFinishedSpans().at(-1);
    traceIds[scenario as Scenario] = last!.spanContext().traceId;
  }
  return traceIds;
}

function callsOf(mocked: MockedSdk): Partial<Record<Scenario, () => Promise<unknown>>> {
  const { sdk, version } = mocked;
  const isFour = version === 4;
  const withTelemetry = (functionId: string, options: object): object => ({
    ...options,
    experimental_telemetry: {
      isEnabled: true,
      functionId,
      metadata: { sessionId: "s1", userId: "u1", tags: ["a", "b"], "deep.key": "v" },
      // Version 7's word for it.
      includeRuntimeContext: { sessionId: true, userId: true },
    },
    ...(version === 7 && { runtimeContext: { sessionId: "s1", userId: "u1" } }),
  });
  const twoSteps = () =>
    mocked.model(
      [[{ type: "call" }], "tool-calls"],
      [
        [
          ...(isFour ? [] : [{ type: "reasoning", text: "think" } as const]),
          { type: "text", text: "It is 5 degrees." },
        ],
        "stop",
      ],
    );
  const steps = isFour ? { maxSteps: 3 } : { stopWhen: sdk.stepCountIs?.(3) };
  const generate = (functionId: string, options: object) => async () =>
    sdk.generateText(withTelemetry(functionId, options));
  return {
    tools: generate("agent-fn", {
      model: twoSteps(),
      system: "be brief",
      prompt: "Weather?",
      tools: mocked.weather(async () => ({ degrees: 5 })),
      temperature: 0.5,
      seed: 7,
      maxTokens: 100,
      maxOutputTokens: 100,
      stopSequences: ["END"],
      headers: { authorization: "Bearer secret", "x-api-key": "the-key", "user-agent": "me/1" },
      ...steps,
    }),
    broken: generate("broken-fn", {
      model: twoSteps(),
      prompt: "Weather?",
      tools: mocked.weather(async () => {
        throw new Error("no net");
      }),
      ...steps,
    }),
    image: generate("image-fn", {
      model: mocked.model([[{ type: "text", text: "a boat" }], "stop"]),
      messages: conversation(version),
    }),
    stream: async () => {
      const { textStream } = sdk.streamText(
        withTelemetry("stream-fn", { model: mocked.streamingModel(), prompt: "Hi" }),
      );
      for await (const _text of textStream);
    },
    object: async () =>
      sdk.generateObject(
        withTelemetry("object-fn", {
          model: mocked.model([[{ type: "text", text: '{"a":1}' }], "stop"]),
          schema: jsonSchemaOf(sdk, { a: { type: "number" } }),
          prompt: "obj",
        }),
      ),
    embed: async () => sdk.embed(withTelemetry("embed-fn", { model: mocked.embeddingModel(), value: "one" })),
    embedMany: async () =>
      sdk.embedMany(
        withTelemetry("embedmany-fn", { model: mocked.embeddingModel(), values: ["one", "two"] }),
      ),
    ...(sdk.rerank && {
      rerank: async () =>
        sdk.rerank?.(
          withTelemetry("rerank-fn", {
            model: mocked.rerankingModel(),
            query: "hot",
            documents: ["tea", "coffee"],
          }),
        ),
    }),
    fail: generate("fail-fn", { model: mocked.failingModel(), prompt: "x", maxRetries: 0 }),
  };
}

/** Images by their bytes and by their address, reasoning, two calls and their results. */
function conversation(version: SdkVersion): object[] {
  const isFour = version === 4;
  const call = (toolCallId: string, place: string) => ({
    type: "tool-call",
    toolCallId,
    toolName: "weather",
    args: { place },
    input: { place },
  });
  const result = (toolCallId: string, type: string, value: unknown) => ({
    type: "tool-result",
    toolCallId,
    toolName: "weather",
    ...(isFour ? { result: value } : { output: { type, value } }),
  });
  return [
    {
      role: "user",
      content: [
        { type: "text", text: "what" },
        { type: "image", image: IMAGE },
        { type: "image", image: new URL("https://img.example/a.png") },
      ],
    },
    {
      role: "assistant",
      content: [
        ...(isFour ? [] : [{ type: "reasoning", text: "hm" }]),
        { type: "text", text: "let me" },
        call("x1", "A"),
        call("x2", "B"),
      ],
    },
    { role: "tool", content: [result("x1", "json", { d: 1 }), result("x2", "text", "two")] },
    { role: "user", content: "go on" },
  ];
}

interface RecordedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly scope: string;
  readonly id: string;
  readonly parent?: string;
  readonly traceId: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly status: SpanStatus;
}

const RECORDED: readonly Scenario[] = [
  "tools",
  "broken",
  "image",
  "stream",
  "object",
  "embed",
  "embedMany",
  "rerank",
  "fail",
];

/** Records the spans of version 7 again, each inside its parent, as they were recorded on a Node that runs it. */
function replay(maker: Telemetry7, provider: NodeTracerProvider): TraceIds {
  const file = new URL(`recordings/ai-${maker}.json`, import.meta.url);
  const recorded = JSON.parse(readFileSync(file, "utf8")) as RecordedSpan[];
  const roots = recorded.filter(({ parent }) => parent === undefined);
  const traceIds: TraceIds = {};
  for (const [index, root] of roots.entries()) {
    traceIds[RECORDED[index]!] = record(root, ROOT_CONTEXT, recorded, provider);
  }
  return traceIds;
}

function record(
  { id, name, kind, scope, attributes, events, status }: RecordedSpan,
  parent: typeof ROOT_CONTEXT,
  all: readonly RecordedSpan[],
  provider: NodeTracerProvider,
): string {
  const span = provider.getTracer(scope).startSpan(name, { kind, attributes }, parent);
  const inside = trace.setSpan(parent, span);
  for (const child of all) if (child.parent === id) record(child, inside, all, provider);
  for (const event of events) span.addEvent(event.name, event.attributes);
  if (status.code !== SpanStatusCode.UNSET) span.setStatus(status);
  span.end();
  return span.spanContext().traceId;
}
