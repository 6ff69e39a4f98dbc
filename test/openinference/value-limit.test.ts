// How many characters of one value are kept: the wrapper's own limit, else that of the provider whose span it is.
import { context, trace, type Attributes } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  getActiveSpan,
  register,
  traceEmbedding,
  tracePrompt,
  traceReranker,
  traceRetriever,
  traceTool,
  TracerProvider,
  withSpan,
} from "../../src/index.ts";

const LONG = "x".repeat(3_000_000);
const DEFAULT_LIMIT = 1_048_576;

let exporter: InMemorySpanExporter;
let spanProcessors: SimpleSpanProcessor[];
const providers: { shutdown(): Promise<void> }[] = [];

function kept<Provider extends { shutdown(): Promise<void> }>(provider: Provider): Provider {
  providers.push(provider);
  return provider;
}

const attributesOf = (name: string): Attributes => {
  const spans = exporter.getFinishedSpans().filter((span) => span.name === name);
  expect(spans).toHaveLength(1);
  return (spans[0] as ReadableSpan).attributes;
};

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  spanProcessors = [new SimpleSpanProcessor(exporter)];
});
afterEach(async () => {
  vi.restoreAllMocks();
  trace.disable();
  context.disable();
  for (const provider of providers.splice(0)) await provider.shutdown();
});

describe("the limit of a value", () => {
  test("of new TracerProvider({ maxValueLength }) holds for its spans and no others", () => {
    const short = kept(new TracerProvider({ spanProcessors, maxValueLength: 50 })).getTracer("short");
    const long = kept(new TracerProvider({ spanProcessors, maxValueLength: 200 })).getTracer("long");
    const stock = kept(new BasicTracerProvider({ spanProcessors })).getTracer("stock");
    const echo = (text: string): string => text;
    withSpan(echo, { name: "short", tracer: short })(LONG);
    withSpan(echo, { name: "long", tracer: long })(LONG);
    withSpan(echo, { name: "stock", tracer: stock })(LONG);
    short.tool(echo, { name: "method" })(LONG);
    const lengths = ["short", "long", "stock", "method"].map((name) => {
      const { "input.value": input, "output.value": output } = attributesOf(name);
      return [String(input).length, String(output).length];
    });
    expect(lengths).toEqual([
      [50, 50],
      [200, 200],
      [DEFAULT_LIMIT, DEFAULT_LIMIT],
      [50, 50],
    ]);
  });

  test("of register({ global: false, maxValueLength }) changes no other wrapper of the process", () => {
    kept(register({ global: false, spanProcessors: [], maxValueLength: 50, projectName: "apart" }));
    const stock = kept(new BasicTracerProvider({ spanProcessors }));
    trace.setGlobalTracerProvider(stock);
    withSpan((text: string) => text, { name: "elsewhere" })("y".repeat(500));
    expect(attributesOf("elsewhere")["input.value"]).toHaveLength(500);
  });

  test("of register({ maxValueLength }) holds for wrappers and setters, and moves with the global provider", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const traced = (name: string) =>
      withSpan(
        (text: string) => {
          getActiveSpan().setMetadata({ text });
          return text;
        },
        { name },
      );
    kept(register({ spanProcessors, maxValueLength: 150, projectName: "first" }));
    traced("first")(LONG);
    kept(register({ spanProcessors, maxValueLength: 200, projectName: "second" }));
    traced("second")(LONG);
    for (const [name, limit] of [
      ["first", 150],
      ["second", 200],
    ] as const) {
      const { "input.value": input, "output.value": output, metadata } = attributesOf(name);
      expect([String(input).length, String(output).length]).toEqual([limit, limit]);
      expect(String(metadata).length).toBeLessThanOrEqual(limit);
      expect(JSON.parse(String(metadata))).toBeTypeOf("object");
    }
  });

  test("of a wrapper wins over its provider's, for what is set by hand on its span too", () => {
    kept(register({ spanProcessors, maxValueLength: 50, projectName: "own" }));
    withSpan(
      (text: string) => {
        getActiveSpan().setPromptTemplate({ template: text });
        withSpan(() => void getActiveSpan().setPromptTemplate({ template: text }), { name: "inner" })();
        return text;
      },
      { name: "own", maxValueLength: 120 },
    )(LONG);
    const own = attributesOf("own");
    expect(
      ["input.value", "output.value", "llm.prompt_template.template"].map((key) => String(own[key]).length),
    ).toEqual([120, 120, 120]);
    expect(attributesOf("inner")["llm.prompt_template.template"]).toHaveLength(50);
  });

  test("holds for the setters on a span that was started by hand", () => {
    kept(register({ spanProcessors, maxValueLength: 60, projectName: "by hand" }));
    trace.getTracer("app").startActiveSpan("by hand", (span) => {
      getActiveSpan().setInput(LONG).setError(new Error(LONG));
      span.end();
    });
    expect(attributesOf("by hand")["input.value"]).toHaveLength(60);
    expect(exporter.getFinishedSpans()[0]?.status.message).toHaveLength(60);
  });

  test.each([[-1], [Number.NaN], ["100"], [null], [0]])(
    "%j is none: the provider's holds",
    (maxValueLength) => {
      const tracer = kept(new TracerProvider({ spanProcessors, maxValueLength: 50 })).getTracer("app");
      withSpan((text: string) => text, { name: "none", tracer, maxValueLength: maxValueLength as number })(
        LONG,
      );
      expect(attributesOf("none")["input.value"]).toHaveLength(50);
    },
  );
});

/** Every text of what a span recorded, with its key. */
const texts = (attributes: Attributes): [string, string][] =>
  Object.entries(attributes).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []));

const JSON_KEYS =
  /(?:invocation_parameters|function\.arguments|json_schema|prompt_template\.variables|tool\.parameters|document\.metadata|^metadata|message\.content)$/;

const many = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`key ${index}`, `value "${index}" ${"x".repeat(40)}`]),
);

describe("what a limit cuts", () => {
  test.each([[300], [90], [2_000]])(
    "of an LLM call stays JSON where it was JSON, at %i characters",
    (limit) => {
      const tracer = kept(new TracerProvider({ spanProcessors })).getTracer("app");
      tracer.llm(
        (_request: object) => ({
          object: "chat.completion",
          model: "gpt-4o",
          choices: [
            {
              index: 0,
              finish_reason: "tool_calls",
              message: {
                role: "assistant",
                tool_calls: [
                  { id: "1", type: "function", function: { name: "f", arguments: JSON.stringify(many) } },
                  {
                    id: "2",
                    type: "function",
                    function: {
                      name: "g",
                      arguments: JSON.stringify({ file: "a.ts", content: `"${LONG}"` }),
                    },
                  },
                ],
              },
            },
          ],
        }),
        { name: "chat", maxValueLength: limit },
      )({
        model: "gpt-4o",
        metadata: many,
        messages: [
          {
            role: "user",
            content: [
              { type: "strange", data: many },
              { type: "text", text: LONG },
            ],
          },
        ],
        tools: [{ type: "function", function: { name: "f", description: LONG, parameters: many } }],
      });
      const recorded = texts(attributesOf("chat"));
      const json = recorded.filter(([key]) => JSON_KEYS.test(key));
      expect(json.length).toBeGreaterThanOrEqual(4);
      for (const [key, text] of recorded) expect([key, text.length <= limit]).toEqual([key, true]);
      for (const [, text] of json) expect(JSON.parse(text)).toBeTypeOf("object");
      const parts = recorded.filter(([key]) => key.endsWith("message_content.text"));
      expect(JSON.parse(parts[0]?.[1] ?? "")).toBeTypeOf("object");
    },
  );

  test("of the other kinds is every text, and JSON stays JSON", () => {
    const tracer = kept(new TracerProvider({ spanProcessors, maxValueLength: 300 })).getTracer("app");
    const document = { id: LONG, content: LONG, score: 1, metadata: many };
    tracer.tool(() => LONG, { name: "tool", description: LONG, parameters: many })();
    tracer.retriever(() => [document], { name: "retriever" })();
    tracer.reranker((_query: string, documents: object[]) => documents, { name: "reranker" })(LONG, [
      document,
    ]);
    tracer.embedding((_texts: string[]) => [[1, 2]], { name: "embedding" })([LONG, LONG]);
    tracer.prompt((_variables: object) => LONG, { name: "prompt" })({ text: LONG, many });
    for (const name of ["tool", "retriever", "reranker", "embedding", "prompt"]) {
      const recorded = texts(attributesOf(name));
      for (const [key, text] of recorded) expect([name, key, text.length <= 300]).toEqual([name, key, true]);
      for (const [key, text] of recorded.filter(([each]) => JSON_KEYS.test(each))) {
        expect([key, typeof JSON.parse(text)]).toEqual([key, "object"]);
      }
    }
  });

  test("of a tool's options is cut where they are longer than the provider keeps, unless the program set them", () => {
    const options = { description: LONG, parameters: many };
    const first = traceTool(() => 1, { name: "first", ...options });
    const second = traceTool(() => 1, {
      name: "second",
      ...options,
      attributes: { "tool.description": "mine" },
    });
    kept(register({ spanProcessors, maxValueLength: 300, projectName: "tools" }));
    first();
    second();
    expect(attributesOf("first")["tool.description"]).toHaveLength(300);
    expect(String(attributesOf("first")["tool.parameters"]).length).toBeLessThanOrEqual(300);
    expect(attributesOf("second")["tool.description"]).toBe("mine");
  });

  test.each([
    ["traceRetriever", traceRetriever],
    ["traceReranker", traceReranker],
    ["traceEmbedding", traceEmbedding],
    ["tracePrompt", tracePrompt],
  ])("of %s goes by the wrapper's own option", (name, wrap) => {
    const stock = kept(new BasicTracerProvider({ spanProcessors }));
    trace.setGlobalTracerProvider(stock);
    const traced = wrap(
      (_first: unknown, _second?: unknown): unknown => [{ content: LONG, embedding: [1], metadata: many }],
      {
        name,
        maxValueLength: 200,
      },
    );
    traced(name === "tracePrompt" ? { text: LONG } : LONG, [{ content: LONG, metadata: many }]);
    const recorded = texts(attributesOf(name));
    expect(recorded.length).toBeGreaterThan(4);
    for (const [key, text] of recorded) expect([key, text.length <= 200]).toEqual([key, true]);
  });
});
