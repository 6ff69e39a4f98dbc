// What a span records of any value: never a throw, never a lie, never more than the limit.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withSpan } from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

/** A list of holes. */
const sparse = (length: number): unknown[] => Object.assign([], { length });

let calls = 0;
/** Records one value as a function's output, through the public door. */
function recordedOutput(
  value: unknown,
  maxValueLength = 1_048_576,
): { text: string; mimeType: unknown } | undefined {
  const name = `value ${calls++}`;
  withSpan(() => ({ value }) as never, { name, maxValueLength, processOutput: () => value })();
  const { "output.value": text, "output.mime_type": mimeType } = recorded.attributes(name);
  return text === undefined ? undefined : { text: text as string, mimeType };
}

const json = (value: unknown): unknown => {
  const output = recordedOutput(value);
  expect(output?.mimeType).toBe("application/json");
  return JSON.parse(output?.text ?? "");
};

describe("W12: the arguments", () => {
  test.each([
    ["one text", ["hi"], "hi", "text/plain"],
    ["one object", [{ a: 1 }], '{"a":1}', "application/json"],
    ["one number", [7], "7", "application/json"],
    ["several", ["a", { b: 1 }, undefined], '["a",{"b":1},"[undefined]"]', "application/json"],
    ["none", [], undefined, undefined],
  ])("%s", (_name, args, value, mimeType) => {
    withSpan((...given: unknown[]) => void given, { name: "call" })(...args);
    const attributes = recorded.attributes("call");
    expect([attributes["input.value"], attributes["input.mime_type"]]).toEqual([value, mimeType]);
  });

  test("are recorded as they were before the function changed them", () => {
    withSpan((list: number[]) => list.push(3), { name: "push" })([1, 2]);
    expect(recorded.attributes("push")["input.value"]).toBe("[1,2]");
  });
});

describe("W12: a value that JSON has no word for", () => {
  // oxlint-disable-next-line no-extraneous-class -- an instance without anything on it
  class Empty {}
  class Point {
    x = 1;
    readonly #secret = 2;
    sum(): number {
      return this.x + this.#secret;
    }
  }
  const shared = { a: 1 };
  const cycle: Record<string, unknown> = { name: "c" };
  cycle["self"] = cycle;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  test.each<[string, unknown, unknown]>([
    ["a bigint", { n: 10n }, { n: "10n" }],
    ["a map with text keys", new Map([["a", new Map()]]), { a: {} }],
    ["a map with other keys", new Map([[{ k: 1 }, 2]]), [[{ k: 1 }, 2]]],
    ["a set", new Set([1, "b"]), [1, "b"]],
    [
      "an error",
      new TypeError("bad", { cause: new Error("why") }),
      { name: "TypeError", message: "bad", cause: { name: "Error", message: "why" } },
    ],
    [
      "an aggregate error",
      new AggregateError([new Error("a")], "all"),
      { name: "AggregateError", message: "all", errors: [{ name: "Error", message: "a" }] },
    ],
    ["a date", [new Date(0)], ["1970-01-01T00:00:00.000Z"]],
    ["an invalid date", [new Date(Number.NaN)], ["Invalid Date"]],
    ["floats", new Float32Array([0.5, 1]), [0.5, 1]],
    ["big integers", new BigInt64Array([5n]), ["5n"]],
    ["a buffer", { file: Buffer.from("secret bytes") }, { file: "[Buffer: 12 bytes]" }],
    ["an array buffer", [new ArrayBuffer(9)], ["[ArrayBuffer: 9 bytes]"]],
    ["a blob", [new Blob(["abc"])], ["[Blob: 3 bytes]"]],
    ["an instance", new Point(), { x: 1 }],
    ["an empty instance", [new Empty()], ["[Empty]"]],
    ["a promise", [Promise.resolve(1)], ["[Promise]"]],
    ["a stream", { body: new ReadableStream() }, { body: "[ReadableStream]" }],
    [
      "a throwing getter",
      {
        get a() {
          throw new RangeError("x");
        },
        b: 1,
      },
      { a: "[Throws: RangeError]", b: 1 },
    ],
    [
      "a throwing toJSON",
      [
        {
          toJSON() {
            throw new Error("x");
          },
        },
      ],
      ["[Unreadable: Error]"],
    ],
    ["a toJSON", [{ toJSON: () => ({ a: 1n }) }], [{ a: "1n" }]],
    ["a revoked proxy", [revoked.proxy], ["[Unreadable: TypeError]"]],
    ["a symbol", [Symbol("s")], ["Symbol(s)"]],
    ["a function", [function named() {}], ["[Function: named]"]],
    ["nothing in a list", [undefined, null], ["[undefined]", null]],
    ["nothing in an object", { a: undefined, b: 1 }, { b: 1 }],
    ["odd numbers", [Number.NaN, Infinity, -Infinity], ["NaN", "Infinity", "-Infinity"]],
    ["minus zero", [-0], [-0]],
    ["a boxed text", [Object("s") as unknown], ["s"]],
    ["a pattern", [/a+/g], ["/a+/g"]],
    ["a url", [new URL("http://localhost/a")], ["http://localhost/a"]],
    ["a cycle", cycle, { name: "c", self: "[Circular]" }],
    ["the same object twice", { one: shared, two: [shared] }, { one: { a: 1 }, two: [{ a: 1 }] }],
  ])("%s", (_name, value, expected) => {
    expect(json(value)).toEqual(expected);
  });

  test("nested deeper than any program needs is cut off, not overflown", () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 50_000; level++) deep = { deep };
    expect(recordedOutput(deep)?.text).toContain("[deeper than 200 levels]");
  });
});

describe("the limit", () => {
  test("cuts a text and names both lengths", () => {
    const output = recordedOutput("x".repeat(5_000), 1_000);
    expect(output?.text).toHaveLength(1_000);
    expect(output?.text).toMatch(/^x+…\[cut: 5000 characters, limit 1000\]$/);
  });

  test("never cuts a pair of surrogates in half", () => {
    const text = recordedOutput("😀".repeat(500), 101)?.text ?? "";
    expect(Buffer.from(text).toString()).toBe(text);
  });

  test("leaves JSON whole: what is left out is marked inside", () => {
    const output = recordedOutput({ list: Array.from({ length: 10_000 }, () => ({ a: "value" })) }, 500);
    expect(output?.text.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(JSON.parse(output?.text ?? ""))).toMatch(/…\[cut: \d+ more\]/);
  });

  test("bounds the work: a list of a thousand million holes is cut as fast as a short one", () => {
    const seen = vi.fn<() => void>();
    const list = new Proxy(sparse(1_000_000_000), {
      get: (target, key, receiver) => {
        seen();
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    expect(recordedOutput(list, 10_000)?.text.length).toBeLessThanOrEqual(10_000);
    expect(seen.mock.calls.length).toBeLessThan(10_000);
  });

  test("is a million characters when nothing else is said", () => {
    expect(recordedOutput("y".repeat(2_000_000))?.text).toHaveLength(1_048_576);
  });
});

/** Values nobody writes on purpose. They are made inside the property: fast-check itself cannot look at them. */
const HOSTILE: (() => unknown)[] = [
  () => new Proxy({}, { ownKeys: () => fail(new Error("keys")) }),
  () => new Proxy({ a: 1 }, { get: () => fail(new Error("get")) }),
  () => new Proxy({}, { getPrototypeOf: () => fail(new Error("prototype")) }),
  () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return proxy;
  },
  () => ({
    get bad() {
      return fail(undefined);
    },
  }),
  () => ({ toJSON: () => fail(Symbol("thrown")) }),
  () => Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true } }) as unknown,
  () => Object.assign(new Map([["a", 1]]), { keys: () => fail(new Error("map")) }),
  () => Symbol.iterator,
  () => () => 1,
  () => sparse(100_000),
  () => "\ud800 lone",
  () => "\u0000".repeat(3_000),
  () => Object.assign(new Error("e"), { cause: Symbol("cause") }),
];

function fail(error: unknown): never {
  throw error;
}

const hostile = fc.constantFrom(...HOSTILE);

const makeAnyValue: fc.Arbitrary<() => unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
      })
      .map((value) => () => value),
  },
  { weight: 1, arbitrary: hostile },
  {
    weight: 1,
    arbitrary: fc.array(hostile, { maxLength: 5 }).map((list) => () => list.map((make) => make())),
  },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.string(), fc.anything()).map((entries) => () => {
      const object: Record<string, unknown> = { ...entries };
      object["self"] = [object, new Map([[object, object]])];
      return object;
    }),
  },
);

describe("any value at all", () => {
  test("is recorded as valid JSON within the limit, and reaches the caller untouched", () => {
    fc.assert(
      fc.property(makeAnyValue, fc.constantFrom(200, 2_000, 1_048_576), (make, limit) => {
        const value = make();
        const name = `any ${calls++}`;
        const call = withSpan((given: unknown) => ({ given }), { name, maxValueLength: limit });
        expect(Object.is(call(value).given, value)).toBe(true);
        const {
          "input.value": input,
          "input.mime_type": mimeType,
          "output.value": output,
        } = recorded.attributes(name);
        for (const text of [input, output]) {
          if (text === undefined) continue;
          expect((text as string).length).toBeLessThanOrEqual(limit);
          if (text === output || mimeType === "application/json") JSON.parse(text as string);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  test("that JSON can say reads back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 9 }), (value) => {
        const output = recordedOutput([value]);
        expect(JSON.parse(output?.text ?? "")).toEqual([value]);
      }),
      { numRuns: 1_000 },
    );
  });
});
