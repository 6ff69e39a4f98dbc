// The setters of getActiveSpan(): they never throw, change no ended span, and cost no attribute that is not there.
import { context, trace, type Attributes, type Span } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  getActiveSpan,
  type LlmMessage,
  type OpenInferenceSpan,
  TracerProvider,
  withSpan,
} from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(async () => {
  await recorded.stop();
});

const messages = (count: number, text = "m"): LlmMessage[] =>
  Array.from({ length: count }, (_, index) => ({ role: "user", content: `${text}${index}` }));

const keysOf = (attributes: Attributes, list: string): string[] =>
  Object.keys(attributes).filter((key) => key.startsWith(`${list}.`));

describe("on a span that has ended", () => {
  test("change nothing of what was recorded", () => {
    let span: OpenInferenceSpan | undefined;
    withSpan(
      () => {
        span = getActiveSpan()
          .setLLM({ model: "m", inputMessages: messages(2), outputMessages: messages(1) })
          .setRetrievedDocuments([{ content: "a" }, { content: "b" }])
          .setEmbeddings({ embeddings: [{ text: "x", vector: [1] }] })
          .setReranker({ inputDocuments: [{ content: "in" }], outputDocuments: [{ content: "out" }] });
      },
      { name: "ended" },
    )();
    const before = { ...recorded.attributes("ended") };
    expect(keysOf(before, "llm.input_messages")).toHaveLength(4);
    span
      ?.setLLM({ model: "late", inputMessages: messages(1), outputMessages: messages(9) })
      .setRetrievedDocuments([{ content: "late" }])
      .setEmbeddings({ embeddings: [{ text: "late" }] })
      .setReranker({ inputDocuments: [{ id: 1 }], outputDocuments: [{ id: 2 }] })
      .setTags(["late"])
      .setInput("late")
      .setError(new Error("late"));
    expect(recorded.attributes("ended")).toEqual(before);
    expect(recorded.one("ended").events).toHaveLength(0);
  });
});

describe("called again and again", () => {
  const within = (attributeCountLimit: number, run: (span: OpenInferenceSpan) => void): ReadableSpan => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
      spanLimits: { attributeCountLimit },
    });
    provider.getTracer("app").chain(
      () => {
        run(getActiveSpan());
        return "the output";
      },
      { name: "repeated" },
    )();
    const [span] = exporter.getFinishedSpans();
    void provider.shutdown();
    return span as ReadableSpan;
  };

  test.each<[string, (span: OpenInferenceSpan, round: number) => void]>([
    ["setLLM", (span, round) => void span.setLLM({ inputMessages: messages(10, `${round}-`) })],
    [
      "setLLM with lists of changing length",
      (span, round) => void span.setLLM({ inputMessages: messages(1 + ((round * 7) % 10), `${round}-`) }),
    ],
    [
      "setLLM with other parts each time",
      (span, round) =>
        void span.setLLM({
          inputMessages: Array.from({ length: 5 }, () => ({
            role: "user",
            ...(round % 2 === 0
              ? { content: `${round}` }
              : { name: "n", toolCalls: [{ id: `${round}`, name: "f", arguments: {} }] }),
          })),
        }),
    ],
    [
      "setRetrievedDocuments",
      (span, round) =>
        void span.setRetrievedDocuments(
          Array.from({ length: 1 + (round % 5) }, (_, id) => ({ id, content: `${round}`, score: id })),
        ),
    ],
    [
      "setEmbeddings",
      (span, round) =>
        void span.setEmbeddings({
          embeddings: Array.from({ length: 1 + (round % 7) }, () => ({ text: `${round}`, vector: [round] })),
        }),
    ],
    [
      "setReranker",
      (span, round) =>
        void span.setReranker({
          inputDocuments: Array.from({ length: 1 + (round % 4) }, (_, id) => ({ id, content: `${round}` })),
          outputDocuments: Array.from({ length: 4 - (round % 4) }, (_, id) => ({ id, content: `${round}` })),
        }),
    ],
  ])("%s keeps the last value, and room for all others", (_name, set) => {
    const rounds = 40;
    const only = within(60, (span) => {
      set(span, rounds - 1);
    });
    const repeated = within(60, (span) => {
      for (let round = 0; round < rounds; round++) set(span, round);
      span.setLLM({ tokenCount: { prompt: 1, completion: 2, total: 3 } });
    });
    expect(repeated.droppedAttributesCount).toBe(0);
    expect(repeated.attributes).toEqual({
      ...only.attributes,
      "llm.token_count.prompt": 1,
      "llm.token_count.completion": 2,
      "llm.token_count.total": 3,
    });
    expect(repeated.attributes["output.value"]).toBe("the output");
  });

  test("of the SDK's own limits, that of a value's length holds for what is set again", () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
      spanLimits: { attributeValueLengthLimit: 4 },
    });
    provider.getTracer("app").chain(() => {
      for (const count of [4, 1, 3]) getActiveSpan().setLLM({ inputMessages: messages(count, "long text") });
    })();
    const { attributes } = exporter.getFinishedSpans()[0] as ReadableSpan;
    expect(keysOf(attributes, "llm.input_messages")).toHaveLength(6);
    expect(attributes["llm.input_messages.2.message.content"]).toBe("long");
    void provider.shutdown();
  });
});

const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error("looked at");
    },
    ownKeys: () => {
      throw new Error("looked at");
    },
  },
);
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const SETTERS = [
  "setInput",
  "setOutput",
  "setLLM",
  "setTool",
  "setRetrievedDocuments",
  "setReranker",
  "setEmbeddings",
  "setPromptTemplate",
  "setMetadata",
  "setTags",
  "setSession",
  "setUser",
  "setError",
] as const;

const NONSENSE: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 7],
  ["NaN", Number.NaN],
  ["a text", "x"],
  ["a symbol", Symbol("s")],
  ["a bigint", 10n],
  ["a function", () => "x"],
  ["a list of nothing", [undefined, null]],
  ["a list of numbers", [1, 2]],
  ["a list of lists", [[], [[]]]],
  [
    "an object of nulls",
    { embeddings: null, inputDocuments: null, tools: null, name: null, variables: null },
  ],
  ["an object of texts", { embeddings: "x", inputDocuments: "x", inputMessages: "x", parameters: "x" }],
  ["an object without a prototype", Object.create(null)],
  ["getters that throw", throwing],
  ["a list of getters that throw", [throwing, { content: throwing, metadata: throwing }]],
  ["members that throw", { inputMessages: [throwing], embeddings: [throwing], outputDocuments: [throwing] }],
  ["a revoked proxy", revoked()],
];

describe.each(SETTERS)("%s", (setter) => {
  const set = (span: OpenInferenceSpan, value: unknown): unknown =>
    (span[setter] as (this: OpenInferenceSpan, value: unknown) => unknown).call(span, value);

  test.each(NONSENSE)("takes %s without throwing, and records only attributes", (_name, value) => {
    withSpan(
      () => {
        const span = getActiveSpan();
        expect(set(span, value)).toBe(span);
      },
      { name: "nonsense" },
    )();
    for (const attribute of Object.values(recorded.attributes("nonsense"))) {
      expect(attribute).toSatisfy(
        (held) => ["string", "number", "boolean"].includes(typeof held) || Array.isArray(held),
      );
    }
  });

  test("does not look at its argument where nothing records", async () => {
    expect(() => set(getActiveSpan(), throwing)).not.toThrow();
    let looks = 0;
    const watched = new Proxy(
      {},
      {
        get: () => void looks++,
        ownKeys: () => {
          looks++;
          return [];
        },
      },
    );
    set(getActiveSpan(), watched);
    await recorded.stop();
    recorded = recordSpans({ sampler: new AlwaysOffSampler() });
    withSpan(() => set(getActiveSpan(), watched))();
    await recorded.stop();
    withSpan(() => set(getActiveSpan(), watched))();
    expect(looks).toBe(0);
  });

  test("does not throw where the span of another implementation does", () => {
    const broken = new Proxy({} as Span, {
      get: (_target, key) => {
        if (key === "isRecording") return () => true;
        throw new Error("broken");
      },
    });
    context.with(trace.setSpan(context.active(), broken), () => {
      expect(() => set(getActiveSpan(), { name: "x" })).not.toThrow();
    });
  });
});

describe("what is set by hand", () => {
  const LONG = "x".repeat(3_000_000);
  const document = { id: LONG, content: LONG, score: 1, metadata: { LONG } };

  test("is bounded as what wrappers record", () => {
    withSpan(
      () =>
        void getActiveSpan()
          .setRetrievedDocuments([document])
          .setReranker({ query: LONG, model: LONG, inputDocuments: [document], outputDocuments: [document] })
          .setEmbeddings({ model: LONG, embeddings: [{ text: LONG }] })
          .setPromptTemplate({ template: LONG, variables: { LONG }, version: LONG })
          .setTool({ name: LONG, description: LONG, parameters: LONG })
          .setMetadata({ LONG })
          .setTags([LONG, "short"])
          .setSession(LONG)
          .setUser(LONG),
      { name: "long" },
    )();
    const attributes = Object.entries(recorded.attributes("long")).filter(
      ([key]) => !key.startsWith("openinf"),
    );
    expect(attributes.length).toBeGreaterThan(25);
    for (const [key, value] of attributes) {
      for (const text of Array.isArray(value) ? value : [value]) {
        expect([key, String(text).length <= 1_048_576]).toEqual([key, true]);
      }
    }
    const json = recorded.attributes("long")["retrieval.documents.0.document.metadata"];
    expect(JSON.parse(String(json))).toBeTypeOf("object");
  });

  test("is taken as it was: a vector changed afterwards is another one", () => {
    const vector = [1, 2];
    withSpan(
      () => {
        getActiveSpan().setEmbeddings({ embeddings: [{ vector }] });
        vector.push(3);
      },
      { name: "vector" },
    )();
    expect(recorded.attributes("vector")["embedding.embeddings.0.embedding.vector"]).toEqual([1, 2]);
  });

  test("may be an id that is a number, and a part that is any value", () => {
    withSpan(
      () =>
        void getActiveSpan()
          .setSession(7 as unknown as string)
          .setUser(8n as unknown as string)
          .setLLM({ inputMessages: [{ role: "tool", content: [{ type: "text", json: { rows: 3 } }] }] }),
      { name: "values" },
    )();
    expect(recorded.attributes("values")).toMatchObject({
      "session.id": "7",
      "user.id": "8",
      "llm.input_messages.0.message.content": '{"rows":3}',
    });
  });
});
