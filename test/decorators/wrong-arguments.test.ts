// What is no function comes back as it is, with one line: wrappers are applied as modules are loaded.
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import { rearm } from "../../src/diagnostics.ts";
import * as phoenix from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "./support/recorded-spans.ts";

let recorded: RecordedSpans;
let said: MockInstance;
beforeEach(() => {
  recorded = recordSpans();
  said = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await recorded.stop();
});

/** A wrapper as plain JavaScript calls it. */
type Untyped = (...args: unknown[]) => unknown;

const WRAPPERS: readonly (readonly [name: string, kind: string, wrap: Untyped])[] = [
  ["traceLLM", "LLM", phoenix.traceLLM as Untyped],
  ["traceChain", "CHAIN", phoenix.traceChain as Untyped],
  ["traceTool", "TOOL", phoenix.traceTool as Untyped],
  ["traceAgent", "AGENT", phoenix.traceAgent as Untyped],
  ["traceRetriever", "RETRIEVER", phoenix.traceRetriever as Untyped],
  ["traceReranker", "RERANKER", phoenix.traceReranker as Untyped],
  ["traceEmbedding", "EMBEDDING", phoenix.traceEmbedding as Untyped],
  ["traceGuardrail", "GUARDRAIL", phoenix.traceGuardrail as Untyped],
  ["traceEvaluator", "EVALUATOR", phoenix.traceEvaluator as Untyped],
  ["tracePrompt", "PROMPT", phoenix.tracePrompt as Untyped],
  ["withSpan", "CHAIN", phoenix.withSpan as Untyped],
];
const traceTool = phoenix.traceTool as Untyped;
const traceChain = phoenix.traceChain as Untyped;

describe.each(WRAPPERS)("%s", (_name, kind, wrap) => {
  test.each([
    ["undefined", undefined],
    ["null", null],
    ["a value of type object", { execute: () => 1 }],
    ["a value of type string", "search"],
  ])("given %s gives it back, with one line", (type, value) => {
    rearm(`untraced:${kind}:was given ${type} in place of a function`);
    expect(wrap(value)).toBe(value);
    expect(wrap(value, { name: "search" })).toBe(value);
    expect(said.mock.calls.map(([line]) => String(line))).toEqual([
      `PHX502 A wrapper of the kind ${kind} was given ${type} in place of a function. The value was given back as it is and is not traced. Pass the function itself; where it is imported, look for a circle of imports.`,
    ]);
  });

  test.each([[null], [undefined], ["search"], [7], [[]]])("given the options %j traces", (options) => {
    const traced = wrap(() => 1, options) as () => number;
    expect(traced()).toBe(1);
    expect(recorded.spans).toHaveLength(1);
    expect(said).not.toHaveBeenCalled();
  });
});

test("a function that cannot be read is given back and still runs", () => {
  const hostile = new Proxy(() => 1, {
    get: () => {
      throw new TypeError("unreadable");
    },
    getOwnPropertyDescriptor: () => {
      throw new TypeError("unreadable");
    },
  });
  expect(traceTool(hostile)).toBe(hostile);
  expect(hostile()).toBe(1);
  expect(said).toHaveBeenCalledTimes(1);
});

test("options that cannot be read leave the function as it is", () => {
  const fn = (): number => 1;
  const options = {
    get name(): never {
      throw new Error("secret");
    },
  };
  expect(traceTool(fn, options)).toBe(fn);
  expect(String(said.mock.calls[0]?.[0])).toMatch(/^PHX502 /);
});

test.each([[7], [{}], [null]])("a class may have the static name %j", (name) => {
  const Named = class {
    run(): void {}
  };
  Object.defineProperty(Named, "name", { value: name });
  expect(new (traceChain(Named) as typeof Named)()).toBeInstanceOf(Named);
  const traced = traceChain(Object.defineProperty(() => 1, "name", { value: name })) as () => number;
  traced();
  expect(recorded.one().name).toBe("chain");
});

test("a tracer's method given nothing beside options gives it back; alone it is a decorator", async () => {
  const provider = new phoenix.TracerProvider({ spanProcessors: [] });
  const { tool } = provider.getTracer("app");
  const untypedTool = tool as unknown as (...args: unknown[]) => unknown;
  expect(untypedTool(undefined, { name: "search" })).toBeUndefined();
  expect(untypedTool()).toBeTypeOf("function");
  expect(untypedTool(undefined)).toBeTypeOf("function");
  await provider.shutdown();
});
