// Without content, the content is not even read: no message, document, text or tool is looked at.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  traceEmbedding,
  traceLLM,
  tracePrompt,
  traceReranker,
  traceRetriever,
  type CaptureOptions,
} from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "./support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(async () => {
  await recorded.stop();
});

/** Counts how often one member of an object is read. */
function watch<Watched extends object>(
  object: Watched,
  ...keys: string[]
): { value: Watched; reads: string[] } {
  const reads: string[] = [];
  const value = new Proxy(object, {
    get(target, key, receiver) {
      if (typeof key === "string" && keys.includes(key)) reads.push(key);
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return { value, reads };
}

const part = () =>
  watch({ type: "text", text: "secret", input_schema: {}, jsonSchema: {} }, "text", "jsonSchema");

const REQUESTS: readonly (readonly [string, (content: object) => object[]])[] = [
  [
    "OpenAI Chat Completions",
    (content) => [{ model: "m", messages: [{ role: "user", content: [content] }] }],
  ],
  ["OpenAI Responses", (content) => [{ model: "m", input: [{ role: "user", content: [content] }] }]],
  [
    "Anthropic Messages",
    (content) => [
      { model: "m", max_tokens: 1, system: [content], messages: [{ role: "user", content: [content] }] },
    ],
  ],
  [
    "Google GenAI",
    (content) => [{ model: "m", contents: [content], config: { systemInstruction: [content] } }],
  ],
  [
    "the AI SDK",
    (content) => [
      {
        model: { modelId: "m", provider: "p" },
        messages: [{ role: "user", content: [content] }],
        tools: { search: { inputSchema: content } },
      },
    ],
  ],
  [
    "messages and options",
    (content) => [[{ role: "user", content: [content] }], { model: "m", temperature: 0 }],
  ],
];

const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const ANSWERS: readonly (readonly [string, (content: object) => object])[] = [
  [
    "OpenAI Chat Completions",
    (content) => ({ model: "m", usage, choices: [{ message: { role: "assistant", content: [content] } }] }),
  ],
  [
    "OpenAI Responses",
    (content) => ({
      object: "response",
      model: "m",
      output: [{ type: "message", role: "assistant", content: [content] }],
    }),
  ],
  [
    "Anthropic Messages",
    (content) => ({ type: "message", model: "m", role: "assistant", content: [content] }),
  ],
  ["Google GenAI", (content) => ({ modelVersion: "m", candidates: [{ content: { parts: [content] } }] })],
  [
    "the AI SDK",
    (content) => ({ content: [content], finishReason: "stop", usage: {}, response: { modelId: "m" } }),
  ],
];

const HIDDEN: readonly (readonly [string, object])[] = [
  ["captureInput: false", { captureInput: false, captureOutput: false } satisfies CaptureOptions],
  ["a processor", { processInput: () => "hidden", processOutput: () => "hidden" }],
];

describe.each(HIDDEN)("with %s", (_how, options) => {
  test.each(REQUESTS)("a request of %s gives its model, and no message is read", (_name, request) => {
    const { value, reads } = part();
    traceLLM((..._args: object[]) => "x", { name: "chat", ...options })(...request(value));
    expect(recorded.attributes("chat")["llm.model_name"]).toBe("m");
    expect(reads).toEqual([]);
    expect(JSON.stringify(recorded.attributes("chat"))).not.toContain("secret");
  });

  test.each(ANSWERS)("an answer of %s gives its model, and no message is read", (_name, answer) => {
    const { value, reads } = part();
    traceLLM((_prompt: string) => answer(value), { name: "chat", ...options })("hello");
    expect(recorded.attributes("chat")["llm.model_name"]).toBe("m");
    expect(reads).toEqual([]);
  });

  test("a streamed answer gives its model and counts, and none of its text", async () => {
    const chat = traceLLM(
      async function* chat(_prompt: string) {
        yield {
          object: "chat.completion.chunk",
          model: "m",
          choices: [{ index: 0, delta: { content: "secret" } }],
        };
        yield { object: "chat.completion.chunk", model: "m", choices: [], usage };
      },
      { name: "chat", ...options },
    );
    for await (const chunk of chat("hello")) void chunk;
    expect(recorded.attributes("chat")).toMatchObject({ "llm.model_name": "m", "llm.token_count.total": 7 });
    expect(JSON.stringify(recorded.attributes("chat"))).not.toContain("secret");
  });

  test("documents, texts and variables are not read; names and counts are", () => {
    const { value, reads } = watch({ content: "secret", pageContent: "secret" }, "content", "pageContent");
    const retrieve = traceRetriever((_query: string) => [value], { name: "retrieve", ...options });
    const rank = traceReranker((_query: string, documents: object[], _options: object) => documents, {
      name: "rank",
      ...options,
    });
    const embed = traceEmbedding(
      (_request: object) => ({ data: [{ embedding: [1] }], model: "e-2", usage }),
      {
        name: "embed",
        ...options,
      },
    );
    const render = tracePrompt((_variables: object) => "secret", { name: "render", ...options });
    retrieve("secret");
    rank("secret", [value], { topK: 3, model: "r" });
    embed({ model: "e", input: ["secret"] });
    render({ name: "secret" });
    expect(reads).toEqual([]);
    expect(JSON.stringify(recorded.spans.map((span) => span.attributes))).not.toContain("secret");
    expect(recorded.attributes("rank")).toMatchObject({ "reranker.top_k": 3, "reranker.model_name": "r" });
    expect(recorded.attributes("embed")).toMatchObject({
      "embedding.model_name": "e-2",
      "llm.token_count.prompt": 3,
      "llm.token_count.total": 7,
    });
    expect(Object.keys(recorded.attributes("embed")).filter((key) => key.includes("vector"))).toEqual([]);
  });
});
