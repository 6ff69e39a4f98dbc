// The types of the wrappers: tsc is the judge, expectTypeOf the words.
import { describe, expectTypeOf, test } from "vitest";
import {
  type getActiveSpan,
  traceLLM,
  traceTool,
  withSpan,
  type OpenInferenceSpan,
  type OpenInferenceTracer,
} from "../../src/index.ts";

interface Store {
  rows: string[];
}

function overloaded(value: string): string;
function overloaded(value: number): number;
function overloaded(value: string | number): string | number {
  return value;
}

describe("W23: a wrapped function keeps its type", () => {
  test("generics, overloads, this, promises and generators survive", () => {
    const identity = traceTool(<T>(value: T): T => value);
    expectTypeOf(identity).toEqualTypeOf<<T>(value: T) => T>();
    expectTypeOf(withSpan(overloaded)).toEqualTypeOf<typeof overloaded>();
    const first = withSpan(function first(this: Store, index = 0): string | undefined {
      return this.rows[index];
    });
    expectTypeOf(first).thisParameter.toEqualTypeOf<Store>();
    expectTypeOf(first).toEqualTypeOf<(this: Store, index?: number) => string | undefined>();
    expectTypeOf(withSpan(async (n: number) => n)).toEqualTypeOf<(n: number) => Promise<number>>();
    const speak = withSpan(async function* speak(n: number): AsyncGenerator<string, boolean, number> {
      yield String(n);
      return true;
    });
    expectTypeOf(speak).returns.toEqualTypeOf<AsyncGenerator<string, boolean, number>>();
    const withMembers = withSpan(Object.assign((): void => {}, { version: 1 }));
    expectTypeOf(withMembers.version).toEqualTypeOf<number>();
  });

  test("processors see the parameters and the settled result", () => {
    traceTool(async (query: string, limit = 3) => ({ query, limit }), {
      name: (query, limit) => {
        expectTypeOf(query).toEqualTypeOf<string>();
        expectTypeOf(limit).toEqualTypeOf<number | undefined>();
        return query;
      },
      attributes: (query) => ({ "app.query": query }),
      processInput: (query, limit) => {
        expectTypeOf([query, limit] as const).toEqualTypeOf<readonly [string, number | undefined]>();
        return query;
      },
      processOutput: (result) => {
        expectTypeOf(result).toEqualTypeOf<{ query: string; limit: number }>();
        return result;
      },
    });
  });

  test("processors of streams see chunks, or what aggregate gave", () => {
    async function* speak(): AsyncGenerator<string> {
      yield "a";
    }
    withSpan(speak, { processOutput: (chunks) => expectTypeOf(chunks).toEqualTypeOf<string[]>() });
    withSpan(speak, {
      aggregate: (chunks) => {
        expectTypeOf(chunks).toEqualTypeOf<string[]>();
        return chunks.length;
      },
      processOutput: (count) => expectTypeOf(count).toEqualTypeOf<number>(),
    });
    withSpan(() => new ReadableStream<{ a: 1 }>(), {
      processOutput: (chunks) => expectTypeOf(chunks).toEqualTypeOf<{ a: 1 }[]>(),
    });
    withSpan(async () => [1, 2], { processOutput: (list) => expectTypeOf(list).toEqualTypeOf<number[]>() });
  });

  test("options that do not fit are refused", () => {
    // @ts-expect-error -- a tool has no such option
    traceTool(() => 1, { nmae: "typo" });
    // @ts-expect-error -- the parameter is a string
    traceTool((query: string) => query, { processInput: (query: number) => query });
    // @ts-expect-error -- the kind is the wrapper's
    traceLLM(() => 1, { kind: "TOOL" });
    // @ts-expect-error -- there is no such kind
    withSpan(() => 1, { kind: "tool" });
    expectTypeOf(traceTool).toBeFunction();
  });
});

test("the tracer's methods wrap with the same types, and the active span's setters chain", () => {
  expectTypeOf<ReturnType<typeof getActiveSpan>>().toEqualTypeOf<OpenInferenceSpan>();
  const use = (tracer: OpenInferenceTracer): void => {
    const plan = tracer.chain(async (goal: string) => goal.length, {
      processInput: (goal) => goal.trim(),
      processOutput: (length) => length + 1,
    });
    expectTypeOf(plan).toEqualTypeOf<(goal: string) => Promise<number>>();
  };
  expectTypeOf(use).toBeFunction();
});
