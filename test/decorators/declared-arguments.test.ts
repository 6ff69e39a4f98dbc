// Recorded are the arguments that a function declares, not what its caller adds.
import { tool as langChainTool } from "@langchain/core/tools";
import { RunnableLambda } from "@langchain/core/runnables";
import { types } from "node:util";
import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { traceAgent, traceChain, traceTool, tool } from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "./support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

/** What the span of one call has as its input. */
async function inputOf(fn: (...args: never[]) => unknown, ...args: unknown[]): Promise<unknown> {
  const result: unknown = Reflect.apply(traceTool(fn, { name: "it" }), undefined, args);
  if (result instanceof Promise) await result;
  else if (types.isGeneratorObject(result)) result.return(undefined);
  return recorded.attributes("it")["input.value"];
}

describe("of a function", () => {
  const bound = Function.prototype.bind.call((first: string) => first, null) as () => unknown;

  test.each<[string, (...args: never[]) => unknown, unknown]>([
    ["an arrow", (first: string) => first, "a"],
    ["a bare arrow", vm.runInThisContext("first => first") as () => unknown, "a"],
    ["async", async (first: string) => first, "a"],
    [
      "a function",
      function named(first: string) {
        return first;
      },
      "a",
    ],
    [
      "a generator",
      function* (first: string) {
        yield first;
      },
      "a",
    ],
    ["a method", vm.runInThisContext("({ method(first) { return first } }).method") as () => unknown, "a"],
    [
      "a computed method",
      vm.runInThisContext('({ ["(=" + "x)"](first) { return first } })["(=x)"]') as () => unknown,
      "a",
    ],
    ["destructuring with a default inside", ({ length = 3 }: { length?: number }) => length, "a"],
    ["two", (first: string, second: string) => first + second, '["a","b"]'],
    ["none", () => 1, undefined],
    ["a default", (first: string, second = "x") => first + second, '["a","b","c"]'],
    ["a default whose text has a bracket", (first = ")") => first, '["a","b","c"]'],
    ["a rest", (first: string, ...rest: string[]) => [first, rest], '["a","b","c"]'],
    // oxlint-disable-next-line prefer-rest-params -- as a compiler for old engines writes it
    [
      "arguments",
      function () {
        return arguments.length;
      },
      '["a","b","c"]',
    ],
    ["a comment with signs", (first: string /* = ... */) => first, "a"],
    ["an unknown source", bound, '["a","b","c"]'],
    ["another wrapper", traceChain((first: string) => first), "a"],
  ])("with %s", async (_form, fn, input) => {
    expect(await inputOf(fn, "a", "b", "c")).toBe(input);
  });
});

describe("of a callback", () => {
  const documents = ["one", "two"];
  const measure = (text: string): number => text.length;

  test.each<[string, (text: string) => number]>([
    ["a function", measure],
    ["a bound one", Function.prototype.bind.call(measure, null) as typeof measure],
  ])("of map(), %s has the item alone", (_what, fn) => {
    documents.map(traceTool(fn, { name: "measure" }));
    expect(recorded.spans.map((span) => span.attributes["input.value"])).toEqual(documents);
  });

  test("that declares the index has it", () => {
    documents.map(traceTool((text: string, index: number) => text + String(index), { name: "measure" }));
    expect(recorded.spans[1]?.attributes["input.value"]).toBe('["two",1]');
  });

  test("that is a decorated method, too", () => {
    const measured = tool({ name: "measure" })(measure, { kind: "method", name: "measure" } as never);
    documents.map(measured);
    expect(recorded.spans[0]?.attributes["input.value"]).toBe("one");
  });
});

const signal = new AbortController().signal;
const secret = "token-of-the-session";

describe("of a framework's call, declared or not", () => {
  const declaring = (input: unknown, extra: unknown): unknown => [input, extra];
  const taking = (input: unknown, ...rest: unknown[]): unknown => [input, rest];

  test.each<[string, unknown]>([
    ["the AI SDK", { toolCallId: "c1", messages: [secret], abortSignal: signal }],
    ["MCP", { signal, requestId: 1, authInfo: { token: secret }, sendNotification: () => {} }],
    ["LangChain", { callbacks: undefined, tags: [], metadata: {}, configurable: { secret } }],
    ["LangGraph", { recursionLimit: 25, configurable: { secret } }],
    ["OpenAI Agents", { context: { secret }, usage: {}, approveTool: () => {} }],
    ["Mastra", { mastra: {}, requestContext: new Map([["key", secret]]), tracingContext: {} }],
    ["Genkit", { context: { auth: secret }, interrupt: () => {} }],
  ])("%s' context is left out", async (_framework, added) => {
    expect(await inputOf(declaring as () => unknown, { what: "cod" }, added)).toBe('{"what":"cod"}');
  });

  test("of any number of arguments, too", async () => {
    expect(await inputOf(taking as () => unknown, "cod", { toolCallId: "c1", messages: [] }, 3)).toBe(
      '["cod",3]',
    );
  });

  test("what looks a little like one is an argument", async () => {
    const settings = { metadata: { a: 1 }, tags: ["x"], context: "kitchen" };
    expect(await inputOf(declaring as () => unknown, "cod", settings)).toBe(
      JSON.stringify(["cod", settings]),
    );
  });

  test("Mastra's step has its input, and an MCP tool without one has none", async () => {
    const step = { inputData: { a: 1 }, requestContext: new Map(), mastra: {} };
    expect(await inputOf((given: unknown) => given, step)).toBe('{"a":1}');
    traceAgent((extra: unknown) => extra, { name: "now" })({ sendNotification: () => {}, token: secret });
    expect(recorded.attributes("now")["input.value"]).toBeUndefined();
  });
});

test("LangChain's tool and runnable record their input", async () => {
  const config = { configurable: { secret }, metadata: { a: 1 }, tags: ["t"] };
  const weigh = langChainTool(
    traceTool(async ({ what }: { what: string }, _config: unknown) => what, { name: "weigh" }),
    {
      name: "weigh",
      description: "weighs",
      schema: z.object({ what: z.string() }),
    },
  );
  await weigh.invoke({ what: "cod" }, config);
  expect(recorded.attributes("weigh")["input.value"]).toBe('{"what":"cod"}');
  await RunnableLambda.from(traceChain(async (n: number, _config: unknown) => n + 1, { name: "add" })).invoke(
    1,
    config,
  );
  expect(recorded.attributes("add")["input.value"]).toBe("1");
});

test("options' functions are given every argument", () => {
  const traced = traceTool((first: string) => first, {
    name: (...args: unknown[]) => `it ${args.length}`,
    processInput: (...args: unknown[]) => args.length,
  }) as (...args: unknown[]) => unknown;
  traced("a", "b");
  expect(recorded.attributes("it 2")["input.value"]).toBe("2");
});
