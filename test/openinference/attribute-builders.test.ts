// The attribute builders beside those of @arizeai/openinference-core: the same words give the same attributes.
import * as theirs from "@arizeai/openinference-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as ours from "../../src/index.ts";

/** Anything that JSON has a word for; what it has none for is a test of its own. Ours writes `-0`, theirs `0`. */
const value = fc.jsonValue({ maxDepth: 2 }).map((each): unknown => JSON.parse(JSON.stringify(each)));
const json = fc.dictionary(fc.string(), value, { maxKeys: 4 });
const text = fc.string();
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const textOrJson = fc.oneof(text, json);

const content: fc.Arbitrary<ours.MessageContent> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text }),
  fc.record({ type: fc.constant("image" as const), image: some(fc.record({ url: some(text) })) }),
  fc.record({
    type: fc.constant("reasoning" as const),
    text: some(text),
    signature: some(text),
    data: some(text),
    encryptedContent: some(text),
  }),
) as fc.Arbitrary<ours.MessageContent>;

const message = fc.record({
  role: some(text),
  content: some(text),
  contents: some(fc.array(content, { maxLength: 3 })),
  toolCallId: some(text),
  toolCalls: some(
    fc.array(
      fc.record({
        id: some(text),
        function: some(fc.record({ name: some(text), arguments: some(textOrJson) })),
        reasoningSignature: some(text),
      }),
      { maxLength: 2 },
    ),
  ),
});
const messages = some(fc.array(message, { maxLength: 3 }));

const llm = fc.record({
  provider: some(text),
  system: some(text),
  modelName: some(text),
  requestModelName: some(text),
  responseModelName: some(text),
  invocationParameters: some(json),
  inputMessages: messages,
  outputMessages: messages,
  tokenCount: some(
    fc.record({
      prompt: some(number),
      completion: some(number),
      total: some(number),
      promptDetails: some(
        fc.record({ audio: some(number), cacheRead: some(number), cacheWrite: some(number) }),
      ),
    }),
  ),
  tools: some(fc.array(fc.record({ jsonSchema: textOrJson }), { maxLength: 2 })),
});

const document = fc.record({
  content: some(text),
  id: some(fc.oneof(text, number)),
  metadata: some(textOrJson),
  score: some(number),
});

const annotation = fc
  .record({
    name: text,
    score: some(number),
    label: some(text),
    explanation: some(text),
    annotatorKind: some(text),
    identifier: some(text),
    metadata: some(textOrJson),
  })
  .filter(({ score, label, explanation }) => (score ?? label ?? explanation) !== undefined);
const scope = some(fc.constantFrom("span" as const, "trace" as const, "session" as const));

/** Each builder with arguments that its types allow. */
const BUILDERS = {
  getLLMAttributes: fc.tuple(llm),
  getEmbeddingAttributes: fc.tuple(
    fc.record({
      modelName: some(text),
      embeddings: some(
        fc.array(fc.record({ text: some(text), vector: some(fc.array(number, { minLength: 1 })) })),
      ),
    }),
  ),
  getRetrieverAttributes: fc.tuple(fc.record({ documents: fc.array(document) })),
  getDocumentAttributes: fc.tuple(document, fc.nat(), text),
  getToolAttributes: fc.tuple(fc.record({ name: text, description: some(text), parameters: json })),
  getMetadataAttributes: fc.tuple(json),
  getAnnotationAttributes: fc.tuple(fc.record({ annotations: fc.array(annotation), scope })),
  getEvaluationAttributes: fc.tuple(fc.record({ evaluations: fc.array(annotation), scope })),
  getInputAttributes: fc.tuple(some(fc.oneof(text, fc.record({ value: text, mimeType: text })))),
  getOutputAttributes: fc.tuple(some(fc.oneof(text, fc.record({ value: text, mimeType: text })))),
  toInputType: fc.array(value, { maxLength: 3 }),
  toOutputType: fc.tuple(value),
  defaultProcessInput: fc.array(value, { maxLength: 3 }),
  defaultProcessOutput: fc.tuple(value),
} satisfies Partial<Record<keyof typeof theirs, fc.Arbitrary<unknown[]>>>;

type Builder = (...args: unknown[]) => unknown;
const builderOf = (side: object, name: string): Builder => Reflect.get(side, name) as Builder;

describe.each(Object.keys(BUILDERS) as (keyof typeof BUILDERS)[])("%s()", (name) => {
  test("gives what the peer's gives", () => {
    fc.assert(
      fc.property(BUILDERS[name] as fc.Arbitrary<unknown[]>, (args) => {
        expect(builderOf(ours, name)(...args)).toEqual(builderOf(theirs, name)(...args));
      }),
    );
  });

  test("never throws, whatever it is given", () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    const circular: Record<string, unknown> = { big: 12n };
    circular["self"] = circular;
    const values = [undefined, null, 7, "text", [], [null], {}, hostile, [hostile], circular, Symbol("s")];
    for (const value of values) {
      const inside = {
        documents: value,
        annotations: value,
        evaluations: value,
        embeddings: value,
        inputMessages: value,
        outputMessages: [{ role: value, content: value, contents: value, toolCalls: value }],
        tools: value,
        tokenCount: value,
        invocationParameters: value,
        parameters: value,
        name: value,
        provider: value,
        value,
      };
      for (const given of [value, inside, [inside]]) {
        expect(() => builderOf(ours, name)(given, 0, "prefix")).not.toThrow();
        expect(() => builderOf(ours, name)(given)).not.toThrow();
      }
    }
    expect(() => builderOf(ours, name)()).not.toThrow();
  });
});

describe("what the peer loses", () => {
  test("circular objects, bigints, maps and errors are recorded", () => {
    const circular: Record<string, unknown> = { name: "a", size: 12n };
    circular["self"] = circular;
    expect(ours.getMetadataAttributes(circular)).toEqual({
      metadata: '{"name":"a","size":"12n","self":"[Circular]"}',
    });
    expect(ours.defaultProcessOutput(new Map([["a", 1]]))).toEqual({
      "output.value": '{"a":1}',
      "output.mime_type": "application/json",
    });
  });

  test("a part that cannot be read does not take the others with it", () => {
    const broken = {
      get content(): string {
        throw new Error("no");
      },
    };
    expect(
      ours.getLLMAttributes({ modelName: "m", inputMessages: [{ role: "user" }, broken] }),
    ).toMatchObject({
      "llm.model_name": "m",
      "llm.input_messages.0.message.role": "user",
    });
  });

  test("a text is cut at 1,048,576 characters", () => {
    const value = ours.getInputAttributes("x".repeat(1_048_577))["input.value"];
    expect(String(value).length).toBeLessThanOrEqual(1_048_576);
    expect(value).toMatch(/cut/);
  });
});

describe("the questions about values", () => {
  const values = [
    undefined,
    null,
    0,
    "text",
    true,
    Symbol("s"),
    [],
    ["a"],
    ["a", 1],
    [null, "a"],
    [{}],
    {},
    { a: 1 },
    { a: { b: 1 } },
    { a: [1, 2, null] },
    { a: [1, "2"] },
    { a: null },
    { a: () => 1 },
    Promise.resolve(),
    ...[["then", "catch"], ["then"]].map((names) => Object.fromEntries(names.map((name) => [name, () => 1]))),
    new Date(0),
    new Map(),
  ];
  test.each(["isAttributes", "isStringArray", "isObjectWithStringKeys", "isPromise"])(
    "%s() answers as theirs",
    (name) => {
      expect(values.map((value) => builderOf(ours, name)(value))).toEqual(
        values.map((value) => builderOf(theirs, name)(value)),
      );
    },
  );

  test("objectAsAttributes() leaves out null", () => {
    expect(ours.objectAsAttributes({ a: 1, b: null, c: "x" })).toEqual({ a: 1, c: "x" });
  });

  test("assertUnreachable() throws", () => {
    expect(() => ours.assertUnreachable("never" as never)).toThrow("never");
  });

  test("withSafety() and the JSON functions give null where theirs do", () => {
    const told: unknown[] = [];
    const safe = ours.withSafety({
      fn: (fails: boolean) => {
        if (fails) throw new Error("no");
        return 1;
      },
      onError: (error) => told.push(error),
    });
    expect([safe(false), safe(true), told.length]).toEqual([1, null, 1]);
    for (const given of [{ a: 1 }, [1], "x", 12n, undefined]) {
      expect(ours.safelyJSONStringify(given)).toBe(theirs.safelyJSONStringify(given));
    }
    for (const given of ['{"a":1}', "no json", ""]) {
      expect(ours.safelyJSONParse(given)).toEqual(theirs.safelyJSONParse(given));
    }
  });
});
