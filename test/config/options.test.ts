import { DiagLogLevel } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, RandomIdGenerator, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { describe, expect, test } from "vitest";
import { PhoenixConfigError } from "../../src/index.ts";
import type { RegisterOptions } from "../../src/index.ts";
import { resolve, thrownBy } from "./surroundings.ts";

const instrumentation = {
  instrumentationName: "mine",
  enable: () => {},
  disable: () => {},
  getConfig: () => ({}),
  setTracerProvider: () => {},
};
const processor = new SimpleSpanProcessor(new InMemorySpanExporter());

interface Case {
  right: unknown[];
  wrong: unknown[];
  code: string;
}

const ENDPOINT = {
  right: ["http://phoenix:6006", " "],
  wrong: [6006, null, "http//phoenix"],
  code: "PHX101",
};
const SWITCH = { right: [true, false], wrong: ["yes", 1, null], code: "PHX105" };
const LIMITS = {
  right: [{}, { attributeCountLimit: 0 }, { attributeValueLengthLimit: Infinity }],
  wrong: [
    128,
    null,
    [],
    { attributeCountLimit: -1 },
    { attributeCountLimit: "128" },
    { attributeCountLimit: 1.5 },
  ],
  code: "PHX105",
};

/** Complete by its type: an option without a case does not compile. */
const CASES: Record<keyof Required<RegisterOptions>, Case> = {
  endpoint: ENDPOINT,
  url: ENDPOINT,
  protocol: {
    right: ["grpc", "http/protobuf", "infer"],
    wrong: ["http", "http/json", "GRPC", "", null, 4317],
    code: "PHX104",
  },
  traceConfig: {
    right: [{}, { hideInputs: true, base64ImageMaxLength: 0, blobUploader: () => undefined }],
    wrong: [
      true,
      null,
      [],
      { hideInputs: "true" },
      { hideInputs: null },
      { base64ImageMaxLength: -1 },
      { base64ImageMaxLength: "5" },
      { blobUploader: {} },
    ],
    code: "PHX105",
  },
  autoInstrument: {
    right: [true, false, [], ["openai"], ["@anthropic-ai/sdk", "LangChain"], ["-openai"]],
    wrong: ["openai", 1, null, {}, ["opnai"], [5], [""]],
    code: "PHX105",
  },
  mask: { right: [() => undefined], wrong: ["*", null, {}], code: "PHX105" },
  spanFilter: { right: [() => true], wrong: [true, null, {}], code: "PHX105" },
  projectName: { right: ["rag", ""], wrong: [7, null, {}], code: "PHX105" },
  apiKey: { right: ["key", "", () => "key"], wrong: [7, null, {}, "a\nb", "ключ"], code: "PHX108" },
  headers: {
    right: [{}, { "X-A": "1" }, () => ({})],
    wrong: [
      "a=1",
      null,
      ["a"],
      new Headers({ a: "1" }),
      new Map([["a", "1"]]),
      { a: 1 },
      { "a b": "1" },
      { a: "1\r\nb: 2" },
      { a: "€" },
      { "": "1" },
      { a: undefined },
    ],
    code: "PHX107",
  },
  batch: SWITCH,
  global: SWITCH,
  setGlobalTracerProvider: SWITCH,
  instrumentations: {
    right: [[], [instrumentation], [[instrumentation], instrumentation]],
    wrong: [instrumentation, ["openai"], [null], [{}], null],
    code: "PHX105",
  },
  spanProcessors: {
    right: [[], ["auto"], ["auto", processor]],
    wrong: ["auto", processor, ["default"], [{}], [null], null],
    code: "PHX105",
  },
  maxValueLength: { right: [1, 1_048_576, Infinity], wrong: [0, -1, 1.5, NaN, "1000", null], code: "PHX105" },
  flushOnExit: SWITCH,
  spool: {
    right: [
      true,
      false,
      "folder",
      "/a folder",
      {},
      { dir: "x" },
      { maxBytes: 1 },
      { dir: "/x", maxBytes: Infinity },
    ],
    wrong: [
      1,
      null,
      "",
      " ",
      "a\0b",
      [],
      ["folder"],
      () => "folder",
      new URL("file:///folder"),
      new Date(),
      Promise.resolve("folder"),
      { dir: "" },
      { dir: 1 },
      { dir: null },
      { maxBytes: 0 },
      { maxBytes: -1 },
      { maxBytes: 1.5 },
      { maxBytes: Number.NaN },
      { maxBytes: "1" },
      { folder: "x" },
      { dir: "x", maxbytes: 1 },
    ],
    code: "PHX105",
  },
  translate: SWITCH,
  verbose: SWITCH,
  diagLogLevel: {
    right: [DiagLogLevel.DEBUG, DiagLogLevel.NONE, DiagLogLevel.ALL],
    wrong: ["debug", "DEBUG", 31, null],
    code: "PHX105",
  },
  sampler: { right: [new AlwaysOnSampler()], wrong: ["always_on", {}, null], code: "PHX105" },
  idGenerator: { right: [new RandomIdGenerator()], wrong: [() => "id", {}, null], code: "PHX105" },
  resource: {
    right: [resourceFromAttributes({}), { "service.name": "x", tags: ["a"], later: undefined }, {}],
    wrong: [{ attributes: { a: 1 } }, { attributes: {}, merge: () => {} }, ["a"], new Date(), "x", null],
    code: "PHX105",
  },
  meterProvider: { right: [{ getMeter: () => {} }], wrong: [{}, null], code: "PHX105" },
  spanLimits: LIMITS,
  generalLimits: LIMITS,
  forceFlushTimeoutMillis: { right: [1, 30_000], wrong: [0, -1, "1000", NaN, null], code: "PHX105" },
};

describe("a wrong option throws a PhoenixConfigError that names it, a right one does not", () => {
  for (const [name, { right, wrong, code }] of Object.entries(CASES)) {
    test(`option ${name}`, () => {
      for (const value of [...right, undefined]) resolve({ [name]: value });
      for (const value of wrong) {
        const error = thrownBy(() => resolve({ [name]: value }));
        expect(error).toMatchObject({ name: "PhoenixConfigError", code });
        expect(error.message).toMatch(new RegExp(`^${code} register\\(\\{ ${name}\\b`));
        expect(error.message).not.toContain("\n");
      }
    });
  }
});

test("an option with the value undefined is one that was not given", () => {
  const names = Object.keys(CASES);
  const config = resolve(Object.fromEntries(names.map((name) => [name, undefined])));
  expect(JSON.stringify(config)).toBe(JSON.stringify(resolve()));
});

test("the error is an Error with a stable name and code", () => {
  const error = thrownBy(() => resolve({ batch: "yes" }));
  expect(error).toBeInstanceOf(PhoenixConfigError);
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe('PHX105 register({ batch: "yes" }): batch is true or false.');
});

test("a protocol that is nearly right is met with the right one", () => {
  expect(thrownBy(() => resolve({ protocol: "http" })).message).toBe(
    'PHX104 register({ protocol: "http" }): protocol is "http/protobuf", "grpc" or "infer". Did you mean "http/protobuf"?',
  );
  expect(thrownBy(() => resolve({ protocol: "GRPC" })).message).toContain('Did you mean "grpc"?');
  expect(thrownBy(() => resolve({ protocol: "smtp" })).message).not.toContain("Did you mean");
});

test("a wrong key or header is never shown", () => {
  expect(thrownBy(() => resolve({ apiKey: "sec\u0000ret" })).message).toBe(
    "PHX108 register({ apiKey }): the key (7 characters) has characters a header cannot hold. Copy it again.",
  );
  expect(thrownBy(() => resolve({ headers: { a: "1", b: "sec\u0000ret" } })).message).toBe(
    "PHX107 register({ headers }): header 2 of 2 cannot be sent, its value has characters a header cannot hold.",
  );
  expect(thrownBy(() => resolve({ headers: "token=secret" })).message).not.toContain("secret");
});

describe("an option in other spelling throws and names the right one", () => {
  test.each([
    ["project_name", "projectName"],
    ["api_key", "apiKey"],
    ["apikey", "apiKey"],
    ["Endpoint", "endpoint"],
    ["set_global_tracer_provider", "setGlobalTracerProvider"],
  ])("%s", (wrong, right) => {
    const error = thrownBy(() => resolve({ [wrong]: "x" }));
    expect(error).toMatchObject({ name: "PhoenixConfigError", code: "PHX120" });
    expect(error.message).toContain(`Did you mean ${right}?`);
  });

  test("a name that is not ours is let through", () => {
    expect(() => resolve({ tenant: {}, port: 5, toString: () => "", name: "x", id: 1 })).not.toThrow();
  });
});

test("a key of traceConfig that does not exist throws, whatever it looks like", () => {
  for (const [key, meant] of [
    ["hide_inputs", "hideInputs"],
    ["hideLlmTools", "hideLLMTools"],
    ["hideEverything", "It knows hideInputs, "],
  ] as const) {
    const error = thrownBy(() => resolve({ traceConfig: { [key]: true } }));
    expect(error).toMatchObject({ name: "PhoenixConfigError", code: "PHX120" });
    expect(error.message).toContain(meant);
  }
  const both = { hideEmbeddingsVectors: true, hideEmbeddingVectors: false };
  expect(thrownBy(() => resolve({ traceConfig: both })).code).toBe("PHX103");
});

test("options that are no object throw", () => {
  for (const options of ["http://phoenix", 5, true, null, [], () => {}]) {
    const error = thrownBy(() => resolve(options as never));
    expect(error).toMatchObject({ name: "PhoenixConfigError", code: "PHX105" });
  }
});

test("an alias counts as the option, and throws when the two differ", () => {
  expect(resolve({ setGlobalTracerProvider: false }).global).toEqual({
    value: false,
    source: "option setGlobalTracerProvider",
  });
  expect(resolve({ global: false, setGlobalTracerProvider: false }).global.value).toBe(false);
  expect(thrownBy(() => resolve({ global: true, setGlobalTracerProvider: false })).code).toBe("PHX103");
  expect(thrownBy(() => resolve({ endpoint: "http://a", url: "http://b" })).code).toBe("PHX103");
});

test("each option that is given has itself as its source, each that is not has the default", () => {
  const given = resolve({
    batch: false,
    global: false,
    flushOnExit: false,
    verbose: true,
    maxValueLength: 5,
    diagLogLevel: DiagLogLevel.INFO,
  });
  const byDefault = resolve();
  expect(byDefault.diagLogLevel).toBeUndefined();
  expect(given.diagLogLevel).toEqual({ value: DiagLogLevel.INFO, source: "option diagLogLevel" });
  const plain = { batch: true, global: true, flushOnExit: true, verbose: false };
  for (const name of Object.keys(plain) as (keyof typeof plain)[]) {
    expect(given[name]).toEqual({ value: !plain[name], source: `option ${name}` });
    expect(byDefault[name]).toEqual({ value: plain[name], source: "default" });
  }
  expect(given.maxValueLength).toEqual({ value: 5, source: "option maxValueLength" });
  expect(byDefault.maxValueLength).toEqual({ value: 1_048_576, source: "default" });
});
