// Spans of the real AI SDK, versions 4 to 7, as they arrive in Phoenix. The numbers are those of the faults that the
// leading translation has (docs/translation.md): each has a row.
import { beforeAll, describe, expect, it } from "vitest";
import type { CollectedSpan } from "../support/otlp-receiver.ts";
import { type Calls, type Maker, type Scenario, traceCalls, traceCalls7, type Tracing } from "./ai-calls.ts";
import { IMAGE } from "./ai-model.ts";

const KIND = "openinference.span.kind";
const MAKERS: readonly Maker[] = [4, 5, 6, "7", "7-full", "7-legacy"];
const OLD = [4, 5, 6, "7-legacy"] as const;
/** Versions whose spans hold what the defaults of 7 leave out. */
const FULL: readonly Maker[] = [4, 5, 6, "7-full", "7-legacy"];
const WITH_METADATA: readonly Maker[] = [4, 5, 6];
const WITH_RERANK: readonly Maker[] = [6, "7-full", "7-legacy"];

const ofKind = ({ left }: Calls, kind: string): CollectedSpan[] =>
  left.filter(({ attributes }) => attributes[KIND] === kind);

/** The first span of a kind in a scenario, by its attributes. */
const attributesOf = (calls: Calls, kind: string): CollectedSpan["attributes"] => {
  const span = ofKind(calls, kind)[0];
  expect(span).toBeDefined();
  return span!.attributes;
};

const under = (attributes: CollectedSpan["attributes"], prefix: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );

const all = (tracing: Tracing): CollectedSpan[] => Object.values(tracing).flatMap(({ left }) => left);

const json = (value: unknown): unknown => JSON.parse(value as string);

const isOld = (maker: Maker): boolean => (OLD as readonly Maker[]).includes(maker);

type Row = readonly [
  title: string,
  makers: readonly Maker[],
  check: (tracing: Tracing, maker: Maker) => void,
];

const ROWS: readonly Row[] = [
  [
    "gives every span a kind",
    MAKERS,
    (tracing, maker) => {
      const kinds = Object.fromEntries(
        Object.entries(tracing).map(([scenario, { left }]) => [
          scenario,
          left.map(({ attributes }) => attributes[KIND] as string).toSorted(),
        ]),
      );
      const isStepped = maker === "7" || maker === "7-full";
      const steps = (count: number) => (isStepped ? Array.from({ length: count }, () => "CHAIN") : []);
      const isFour = maker === 4;
      expect(kinds).toEqual({
        tools: ["AGENT", ...steps(2), "LLM", "LLM", "TOOL"],
        // Version 4 gives up when a tool fails.
        broken: isFour ? ["AGENT", "LLM", "TOOL"] : ["AGENT", ...steps(2), "LLM", "LLM", "TOOL"],
        image: ["AGENT", ...steps(1), "LLM"],
        stream: ["AGENT", ...steps(1), "LLM"],
        object: ["AGENT", "LLM"],
        embed: ["CHAIN", "EMBEDDING"],
        embedMany: ["CHAIN", "EMBEDDING"],
        ...(maker !== 4 && maker !== 5 && { rerank: ["CHAIN", "RERANKER"] }),
        fail: ["AGENT", ...steps(1), "LLM"],
      });
    },
  ],
  [
    "names tools after the tool and roots after their function (19)",
    MAKERS,
    ({ tools }, maker) => {
      const names = new Set(tools.left.map(({ name }) => name));
      expect(names).toEqual(
        new Set(
          isOld(maker)
            ? ["ai.generateText agent-fn", "ai.generateText.doGenerate", "weather"]
            : ["invoke_agent gpt-4o", "step 1", "step 2", "chat gpt-4o", "weather"],
        ),
      );
      expect(attributesOf(tools, "AGENT")["agent.name"]).toBe("agent-fn");
    },
  ],
  [
    "shows input and output as a person reads them",
    MAKERS,
    ({ stream, tools, object }) => {
      for (const kind of ["AGENT", "LLM"]) {
        expect(attributesOf(stream, kind)).toMatchObject({
          "input.value": "Hi",
          "input.mime_type": "text/plain",
          "output.value": "Hello",
          "output.mime_type": "text/plain",
        });
        expect(attributesOf(object, kind)).toMatchObject({
          "output.value": '{"a":1}',
          "output.mime_type": "application/json",
        });
      }
      expect(attributesOf(tools, "AGENT")["output.value"]).toBe("It is 5 degrees.");
    },
  ],
  [
    "parses the arguments of tool calls once, at dense places (1, 6)",
    MAKERS,
    ({ tools, image }) => {
      const asked = {
        "message.role": "assistant",
        "message.tool_calls.0.tool_call.id": "c1",
        "message.tool_calls.0.tool_call.function.name": "weather",
        "message.tool_calls.0.tool_call.function.arguments": '{"place":"Oslo"}',
      };
      const asking = ofKind(tools, "LLM").find(
        ({ attributes }) => attributes["llm.finish_reason"] === "tool-calls",
      );
      expect(under(asking!.attributes, "llm.output_messages.0.")).toEqual(asked);
      const history = under(attributesOf(image, "LLM"), "llm.input_messages.1.message.");
      expect(Object.keys(history).filter((key) => key.endsWith("arguments"))).toEqual([
        "tool_calls.0.tool_call.function.arguments",
        "tool_calls.1.tool_call.function.arguments",
      ]);
      expect(Object.keys(history).filter((key) => /^contents\.[2-9]/.test(key))).toEqual([]);
    },
  ],
  [
    "puts the answer into an output message (2), with its reasoning (8)",
    MAKERS,
    ({ image, tools }, maker) => {
      expect(under(attributesOf(image, "LLM"), "llm.output_messages.")).toEqual({
        "0.message.role": "assistant",
        "0.message.content": "a boat",
      });
      // Versions 4 and 5 do not record the reasoning of an answer.
      if (maker === 4 || maker === 5) return;
      const answered = ofKind(tools, "LLM").find(
        ({ attributes }) => attributes["llm.finish_reason"] === "stop",
      );
      expect(under(answered!.attributes, "llm.output_messages.0.message.contents.")).toEqual({
        "0.message_content.type": "reasoning",
        "0.message_content.text": "think",
        "1.message_content.type": "text",
        "1.message_content.text": "It is 5 degrees.",
      });
    },
  ],
  [
    "reads the tools (3)",
    MAKERS,
    ({ tools }) => {
      const tool = under(attributesOf(tools, "LLM"), "llm.tools.0.tool.");
      expect(tool).toMatchObject({ name: "weather", description: "Weather" });
      expect(json(tool["json_schema"])).toMatchObject({
        type: "function",
        function: { name: "weather", description: "Weather", parameters: { required: ["place"] } },
      });
    },
  ],
  [
    "says model, provider and system in the specification's words (4)",
    MAKERS,
    ({ tools }) => {
      expect(attributesOf(tools, "LLM")).toMatchObject({
        "llm.provider": "openai",
        "llm.system": "openai",
        "llm.model_name": "mock-2024",
        "llm.request.model_name": "gpt-4o",
        "llm.response.model_name": "mock-2024",
      });
      expect(attributesOf(tools, "AGENT")["llm.model_name"]).toBe("gpt-4o");
    },
  ],
  [
    "unwraps tool results, a message for each (5), and keeps reasoning of the history (11)",
    MAKERS,
    ({ image }, maker) => {
      const attributes = attributesOf(image, "LLM");
      expect(under(attributes, "llm.input_messages.2.message.")).toMatchObject({
        role: "tool",
        tool_call_id: "x1",
        content: '{"d":1}',
      });
      expect(under(attributes, "llm.input_messages.3.message.")).toMatchObject({
        role: "tool",
        tool_call_id: "x2",
        content: "two",
      });
      expect(attributes["llm.input_messages.4.message.content"]).toBe("go on");
      if (maker === 4) return;
      expect(under(attributes, "llm.input_messages.1.message.contents.")).toEqual({
        "0.message_content.type": "reasoning",
        "0.message_content.text": "hm",
        "1.message_content.type": "text",
        "1.message_content.text": "let me",
      });
    },
  ],
  [
    "gives images their place in the specification (7)",
    MAKERS,
    ({ image }) => {
      expect(under(attributesOf(image, "LLM"), "llm.input_messages.0.message.contents.")).toEqual({
        "0.message_content.type": "text",
        "0.message_content.text": "what",
        "1.message_content.type": "image",
        "1.message_content.image.image.url": `data:image/png;base64,${IMAGE}`,
        "2.message_content.type": "image",
        "2.message_content.image.image.url": "https://img.example/a.png",
      });
    },
  ],
  [
    "counts tokens, with cache and reasoning (8), on LLM spans only (9)",
    MAKERS,
    (tracing, maker) => {
      const details = {
        "prompt_details.cache_read": 5,
        ...(maker !== "7" && { "completion_details.reasoning": 3 }),
      };
      const stream = under(attributesOf(tracing.stream, "LLM"), "llm.token_count.");
      expect(stream).toMatchObject({ prompt: 20, completion: 7, total: 27, ...(maker !== 4 && details) });
      for (const { attributes, name } of all(tracing)) {
        if (attributes[KIND] === "LLM" || attributes[KIND] === "EMBEDDING") continue;
        const counts = Object.keys(attributes).filter((key) => /token_count|\.usage\./.test(key));
        expect([name, ...counts]).toEqual([name]);
      }
    },
  ],
  [
    "leaves messages out of AGENT spans (10)",
    MAKERS,
    ({ tools }) => {
      expect(under(attributesOf(tools, "AGENT"), "llm.output_messages")).toEqual({});
      expect(under(attributesOf(tools, "AGENT"), "llm.input_messages")).toEqual({});
    },
  ],
  [
    "merges the parameters of all words, without the model (12)",
    MAKERS,
    ({ tools }, maker) => {
      const parameters = json(attributesOf(tools, "LLM")["llm.invocation_parameters"]);
      expect(parameters).toMatchObject({ max_tokens: 100, temperature: 0.5, stop_sequences: ["END"] });
      expect(parameters).not.toHaveProperty("model");
      expect(parameters).not.toHaveProperty("maxRetries");
      expect(parameters).not.toHaveProperty("maxOutputTokens");
      // Version 7 says the seed on the call alone.
      if (isOld(maker)) expect(parameters).toHaveProperty("seed", 7);
      else expect(attributesOf(tools, "AGENT")["gen_ai.request.seed"]).toBe(7);
    },
  ],
  [
    "writes metadata as one JSON text with whole keys (13)",
    WITH_METADATA,
    ({ tools }) => {
      for (const { attributes } of [...ofKind(tools, "AGENT"), ...ofKind(tools, "LLM")]) {
        expect(json(attributes["metadata"])).toEqual({ "deep.key": "v" });
        expect(attributes["tag.tags"]).toEqual(["a", "b"]);
      }
    },
  ],
  [
    "finds session and user, on every span of a call (14)",
    [...WITH_METADATA, "7-full"],
    ({ object, ...tracing }, maker) => {
      // Version 7 has no runtime context for objects.
      const told = { ...tracing, ...(maker !== "7-full" && { object }) } as Tracing;
      for (const { attributes, name } of all(told)) {
        expect({ name, ...attributes }).toMatchObject({ name, "session.id": "s1", "user.id": "u1" });
      }
    },
  ],
  [
    "reads rerankings (15) with documents and scores (16)",
    WITH_RERANK,
    ({ rerank }) => {
      const attributes = attributesOf(rerank, "RERANKER");
      expect(attributes).toMatchObject({
        "reranker.model_name": "rerank-3",
        "reranker.input_documents.0.document.content": "tea",
        "reranker.input_documents.1.document.content": "coffee",
        "reranker.output_documents.0.document.content": "coffee",
        "reranker.output_documents.0.document.score": 0.9,
        "reranker.output_documents.1.document.content": "tea",
        "reranker.output_documents.1.document.score": 0.1,
      });
      expect(under(attributesOf(rerank, "CHAIN"), "reranker.")).toEqual({});
    },
  ],
  [
    "gives a tool its id (17), arguments and result",
    MAKERS,
    ({ tools }) => {
      expect(attributesOf(tools, "TOOL")).toMatchObject({
        "tool.id": "c1",
        "tool.name": "weather",
        "tool.parameters": '{"place":"Oslo"}',
        "input.value": '{"place":"Oslo"}',
        "output.value": '{"degrees":5}',
        "output.mime_type": "application/json",
      });
      expect(attributesOf(tools, "TOOL")).not.toHaveProperty("tool_call.id");
    },
  ],
  [
    "stores texts and vectors once",
    FULL,
    ({ embedMany, embed }) => {
      expect(under(attributesOf(embedMany, "EMBEDDING"), "embedding.")).toEqual({
        model_name: "text-embedding-3",
        "embeddings.0.embedding.text": "one",
        "embeddings.0.embedding.vector": [0, 0.5],
        "embeddings.1.embedding.text": "two",
        "embeddings.1.embedding.vector": [1, 0.5],
      });
      expect(attributesOf(embedMany, "CHAIN")["input.value"]).toBe('["one","two"]');
      expect(attributesOf(embed, "CHAIN")["input.value"]).toBe("one");
      for (const { left } of [embed, embedMany]) {
        const vectors = left.filter(({ attributes }) => JSON.stringify(attributes).includes("0.5"));
        expect(vectors).toHaveLength(1);
      }
    },
  ],
  [
    "leaves the model's words out of embeddings and rerankings (18)",
    MAKERS,
    (tracing) => {
      const spans = ["embed", "embedMany", "rerank"].flatMap(
        (scenario) => tracing[scenario as Scenario]?.left ?? [],
      );
      for (const { attributes, name } of spans) {
        const words = Object.keys(attributes).filter((key) => /^llm\.(?!token_count\.prompt$)/.test(key));
        expect([name, ...words]).toEqual([name]);
      }
    },
  ],
  [
    "does not repeat the system prompt (20), nor what is translated (21)",
    MAKERS,
    (tracing) => {
      const { "metadata.gen_ai.system_instructions": repeated, ...attributes } = attributesOf(
        tracing.tools,
        "LLM",
      );
      expect(repeated).toBeUndefined();
      expect(attributes["llm.input_messages.0.message.content"]).toBe("be brief");
      for (const span of all(tracing)) {
        const kept = Object.keys(span.attributes).filter((key) =>
          /^(?:ai\.(?:prompt(?!\.toolChoice)|response\.(?:text|toolCalls|object|reasoning)|value|embedding|documents|ranking|toolCall|usage|telemetry\.metadata)|gen_ai\.(?:input|output\.messages|system|tool\.(?:call|definitions)|usage))/.test(
            key,
          ),
        );
        expect([span.name, ...kept]).toEqual([span.name]);
      }
    },
  ],
  [
    "says why the model ended",
    MAKERS,
    ({ tools, image }) => {
      const reasons = ofKind(tools, "LLM").map(({ attributes }) => attributes["llm.finish_reason"]);
      expect(new Set(reasons)).toEqual(new Set(["stop", "tool-calls"]));
      expect(attributesOf(image, "AGENT")).not.toHaveProperty("llm.finish_reason");
    },
  ],
  [
    "says what failed, and that the rest went well",
    MAKERS,
    ({ fail, tools, broken }, maker) => {
      for (const { status } of [...ofKind(fail, "LLM"), ...ofKind(fail, "AGENT")]) {
        expect(status).toEqual({ code: "ERROR", message: "model down" });
      }
      for (const { status } of tools.left) expect(status.code).toBe("OK");
      if (maker !== 4) expect(ofKind(broken, "TOOL")[0]?.status.code).toBe("ERROR");
      // A tool that failed and was told to the model is no failed run.
      if (maker !== 4) expect(ofKind(broken, "AGENT")[0]?.status.code).toBe("OK");
    },
  ],
  [
    "drops the events of streams",
    MAKERS,
    ({ stream, fail }) => {
      for (const { events } of stream.left) expect(events).toEqual([]);
      expect(ofKind(fail, "LLM")[0]?.events.map(({ name }) => name)).toEqual(["exception"]);
    },
  ],
  [
    "lets no credential of the request leave",
    MAKERS,
    (tracing) => {
      for (const span of all(tracing)) {
        expect(JSON.stringify(span.attributes)).not.toMatch(/Bearer secret|the-key|x-api-key/);
      }
    },
  ],
];

describe.each<[name: string, maker: Maker, trace: () => Promise<Tracing>]>([
  ...MAKERS.map((maker): [string, Maker, () => Promise<Tracing>] => [
    `AI SDK ${maker}${typeof maker === "number" ? "" : ", replayed"}`,
    maker,
    () => traceCalls(maker),
  ]),
  ...(["7", "7-full", "7-legacy"] as const).map((maker): [string, Maker, () => Promise<Tracing>] => [
    `AI SDK ${maker}, on Node 24`,
    maker,
    () => traceCalls7(maker),
  ]),
])("%s", (_name, maker, trace) => {
  let tracing: Tracing;

  beforeAll(async () => {
    tracing = await trace();
    // The first run installs Node 24.
  }, 180_000);

  it.each(ROWS.filter(([, makers]) => makers.includes(maker)))("%s", (_title, _makers, check) => {
    expect.hasAssertions();
    check(tracing, maker);
  });

  it("shows another exporter of the provider the span as it was", () => {
    const live = Object.values(tracing).flatMap((calls) => calls.live);
    expect(live.length).toBe(all(tracing).length);
    const words = live.flatMap(({ attributes }) =>
      Object.keys(attributes).filter((key) => /^(?:openinference|llm|input|output|session)\./.test(key)),
    );
    expect(words).toEqual([]);
  });
});

describe("translate: false", () => {
  it.each(MAKERS)("sends spans of AI SDK %s as they came, without credentials", async (maker) => {
    const spans = all(await traceCalls(maker, false));
    for (const { attributes } of spans) {
      expect(attributes).not.toHaveProperty(KIND);
      expect(JSON.stringify(attributes)).not.toMatch(/Bearer secret|the-key|x-api-key/);
    }
    const kept = spans.some(({ attributes }) =>
      isOld(maker) ? "ai.prompt.messages" in attributes : "gen_ai.input.messages" in attributes,
    );
    expect(kept).toBe(true);
  });
});
