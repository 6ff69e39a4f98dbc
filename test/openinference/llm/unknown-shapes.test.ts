// What is no LLM call gives nothing, and nothing in it can hurt: hostile values, cycles, promises, streams.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLlmCall, readRequest } from "./read-call.ts";

describe("unknown shapes", () => {
  test.each([
    ["nothing", []],
    ["a text", ["What is the capital of France?"]],
    ["numbers", [1, 2n, Number.NaN]],
    ["an object of the program's own", [{ question: "?", limit: 3 }]],
    ["a list of texts", [["a", "b"]]],
    ["a list of rows", [[{ id: 1, content: "x" }]]],
    ["an order with items and a model", [{ model: "T-1000", items: [] }]],
    ["null and undefined", [null, undefined]],
    ["a function", [() => "x"]],
  ])("as arguments give no attributes: %s", (_name, args) => {
    const call = readLlmCall(args);
    expect(call.request()).toEqual({});
    expect(call.response("Paris.")).toBeUndefined();
    expect(call.createAnswer().add("Par")).toBe(false);
  });

  test.each([
    ["a number", 42],
    ["a list", [1, 2]],
    ["a plan with steps", { steps: [{ content: "boil water" }] }],
    ["an object with content", { content: "x", type: "page" }],
    ["an object with output", { output: ["a"] }],
    ["an HTTP response", new Response("{}")],
    ["a stream", new ReadableStream()],
    ["an error", new Error("x")],
    ["a map", new Map([["choices", []]])],
  ])("as results give undefined: %s", (_name, result) => {
    expect(readLlmCall([]).response(result)).toBeUndefined();
    expect(readLlmCall([]).createAnswer().add(result)).toBe(false);
  });

  test("a stream without a recognised chunk gives nothing", () => {
    const stream = readLlmCall([]).createAnswer();
    expect([stream.add({ type: "progress" }), stream.add(3), stream.add(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(stream.attributes()).toBeUndefined();
    expect(stream.text()).toBeUndefined();
  });

  test("a lazy thenable is not started", () => {
    let isStarted = false;
    const answer = { choices: [], object: "chat.completion" };
    const lazy = new Proxy(answer, {
      has: (target, key) => key === "then" || key in target,
      get: (target, key) => {
        if (key === "then") isStarted = true;
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(readLlmCall([lazy]).response(lazy)).toBeUndefined();
    expect(isStarted).toBe(false);
  });

  test("a cycle through withResponse()'s data ends", () => {
    const wrapped: Record<string, unknown> = { response: {} };
    wrapped["data"] = { data: wrapped, response: {} };
    expect(readLlmCall([]).response(wrapped)).toBeUndefined();
  });

  test("a request whose messages throw gives nothing, its answer is read all the same", () => {
    const call = readLlmCall([
      {
        model: "gpt-4o",
        get messages(): unknown {
          throw new Error("getter");
        },
      },
    ]);
    expect(call.request()).toEqual({});
    expect(call.response({ role: "assistant", content: "x" })).toBeDefined();
  });

  test("a chunk that throws is not taken and does not hurt the ones around it", () => {
    const stream = readLlmCall([]).createAnswer();
    const delta = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
    const { proxy, revoke } = Proxy.revocable<Record<string, unknown>>({}, {});
    revoke();
    expect([stream.add(delta("a")), stream.add(proxy), stream.add(delta("b"))]).toEqual([true, false, true]);
    expect(stream.text()).toBe("ab");
  });

  test("a list that claims any length is read to a bound", () => {
    const messages = new Proxy<unknown[]>([], {
      get: (target, key) =>
        key === "length"
          ? 2 ** 32 - 1
          : key === "slice"
            ? Reflect.get(target, key)
            : { role: "user", content: "x" },
    });
    const requestAttributes = readRequest([{ model: "gpt-4o", messages }]);
    expect(Object.keys(requestAttributes).length).toBeLessThanOrEqual(20_010);
  });
});

/** Words and values that the shapes look for, so that random objects come near to them. */
const KEYS = [
  "model",
  "messages",
  "input",
  "contents",
  "config",
  "prompt",
  "system",
  "tools",
  "functions",
  "choices",
  "delta",
  "message",
  "role",
  "content",
  "parts",
  "type",
  "text",
  "tool_calls",
  "toolCalls",
  "function",
  "name",
  "arguments",
  "output",
  "candidates",
  "usage",
  "usageMetadata",
  "steps",
  "finishReason",
  "object",
  "data",
  "response",
  "index",
  "content_block",
  "item",
  "image_url",
  "source",
  "input_audio",
  "audio",
  "functionCall",
  "inlineData",
  "mimeType",
  "inputSchema",
  "jsonSchema",
  "summary",
  "id",
  "thought",
  "max_tokens",
  "instructions",
  "output_index",
  "modelId",
  "messageStart",
  "contentBlockDelta",
  "contentBlockStart",
  "metadata",
  "toolUse",
  "toolResult",
  "reasoningContent",
  "done",
  "response",
  "images",
  "event",
  "session_id",
  "options",
  "eventType",
  "generationId",
  "lc",
  "lc_namespace",
  "kwargs",
  "additional_kwargs",
  "tool_call_chunks",
  "usage_metadata",
  "generations",
  "partialArgs",
  "jsonPath",
  "willContinue",
  "prompt",
  "chatHistory",
  "status",
  "metrics",
  "toolCallId",
  "experimental_attachments",
];
const WORDS = [
  "assistant",
  "user",
  "tool",
  "model",
  "text",
  "image_url",
  "image",
  "input_audio",
  "tool_use",
  "tool_result",
  "thinking",
  "message",
  "message_start",
  "message_delta",
  "content_block_start",
  "content_block_delta",
  "response.completed",
  "response.output_text.delta",
  "response.output_item.added",
  "text-delta",
  "tool-call",
  "tool-result",
  "finish",
  "finish-step",
  "chat.completion",
  "chat.completion.chunk",
  "response",
  "function_call",
  "reasoning",
  "file",
  "claude-opus-5",
  "gpt-4o",
  "message-start",
  "content-delta",
  "tool-call-delta",
  "message-end",
  "stream-end",
  "constructor",
  "human",
  "ai",
  "stream_event",
  "result",
  "output",
  "$.a[0].b",
  "tool-weigh",
  "dynamic-tool",
  "tool-invocation",
  "text_completion",
  "",
];

/** Hostile values; the generator holds their names only, since it would trip over them itself. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  "@cycle": () => {
    const cycle: Record<string, unknown> = { role: "user", type: "text" };
    cycle["content"] = [cycle];
    cycle["messages"] = [cycle];
    cycle["choices"] = [cycle];
    return cycle;
  },
  "@throws": () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("get");
        },
      },
    ),
  "@has everything": () =>
    new Proxy({}, { has: () => true, get: (_target, key) => (key === "length" ? 1e9 : String(key)) }),
  "@revoked object": () => revoked({}),
  "@revoked list": () => revoked([]),
  "@huge": () => Array.from({ length: 20_000 }),
  "@no prototype": () => Object.create(null) as unknown,
  "@getter": () => ({
    role: "user",
    get content(): unknown {
      throw new Error("content");
    },
  }),
  "@symbol": () => Symbol("s"),
  "@bigint": () => 10n,
  "@bytes": () => new Uint8Array(4),
};

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function withHostile(value: unknown): unknown {
  if (typeof value === "string") return HOSTILE[value]?.() ?? value;
  if (Array.isArray(value)) return value.map(withHostile);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withHostile(item)]));
}

const { value: nearShape } = fc.letrec<{ value: unknown; record: unknown }>((tie) => ({
  record: fc.dictionary(fc.constantFrom(...KEYS), tie("value"), { maxKeys: 8 }),
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<unknown>(...WORDS),
    fc.integer(),
    fc.constantFrom<unknown>(null, undefined, true, Number.NaN),
    fc.constantFrom<unknown>(...Object.keys(HOSTILE)),
    tie("record"),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("record"),
  ),
}));

describe("whatever the values are", () => {
  test("reading them never throws and gives only attributes", () => {
    fc.assert(
      fc.property(
        fc.array(nearShape, { maxLength: 3 }),
        fc.array(nearShape, { maxLength: 5 }),
        (frozenArgs, frozenChunks) => {
          const args = frozenArgs.map(withHostile);
          const chunks = frozenChunks.map(withHostile);
          const call = readLlmCall(args);
          const stream = call.createAnswer();
          const all = [call.request(), ...args.map((value) => call.response(value) ?? {})];
          for (const chunk of chunks) {
            stream.add(chunk);
            all.push(call.response(chunk) ?? {});
          }
          all.push(stream.attributes() ?? {});
          stream.text();
          for (const attributes of all) {
            for (const [key, value] of Object.entries(attributes)) {
              expect(key).toMatch(/^llm\./);
              expect(typeof value === "string" || Number.isFinite(value)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
