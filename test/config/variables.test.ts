import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Environment, Variable } from "../../src/config/environment.ts";
import { VARIABLES } from "../../src/config/environment.ts";
import { codes, resolve, temporaryDirectory } from "./surroundings.ts";

interface Case {
  /** Empty for a variable whose every text is right. */
  wrong: string[];
  code?: string;
  /** Needed for the variable to count at all. */
  along?: Environment;
  /** What counts instead of a wrong text; nothing by default. */
  right?: string;
}

const URL_CASE = { wrong: ["http//phoenix", "ftp://phoenix", "phoenix:0"], code: "PHX101" };
const HEADERS_CASE = { wrong: ["broken", "{", '{"a": 1}', "a b=1"], code: "PHX106" };
const FILE_CASE = { wrong: ["/does/not/exist.pem", "/"], code: "PHX117" };
const COUNT_CASE = { wrong: ["many", "-1", "1.5"], code: "PHX116" };
const SWITCH_CASE = { wrong: ["yes", "1"], code: "PHX116" };
const TIMEOUT_CASE = { wrong: ["soon", "-1", "0"], code: "PHX116" };
const HTTPS = { PHOENIX_COLLECTOR_ENDPOINT: "https://phoenix.example.com/x" };
const HTTP = { PHOENIX_COLLECTOR_ENDPOINT: "http://phoenix.example.com/x" };
const GRPC = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://phoenix.example.com:4317" };
const PROXY_CASE = { wrong: ["socks5://proxy", "http://", "ftp://proxy:21"], code: "PHX124" };
/** A wrong one hides: what somebody meant to hide must not leave. */
const HIDE_CASE = { wrong: ["yes", "1"], code: "PHX116", right: "true" };
const WORD_CASE = { wrong: ["zstd"], code: "PHX116" };

/** Complete by its type: a variable without a case does not compile. */
const CASES: Record<Variable, Case> = {
  PHOENIX_COLLECTOR_ENDPOINT: URL_CASE,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: URL_CASE,
  OTEL_EXPORTER_OTLP_ENDPOINT: URL_CASE,
  PHOENIX_ENDPOINT: URL_CASE,
  PHOENIX_GRPC_PORT: { wrong: ["abc", "0", "65536", "43.17"], code: "PHX102" },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { wrong: ["http", "http/json"], code: "PHX116" },
  OTEL_EXPORTER_OTLP_PROTOCOL: { wrong: ["http", "http/json"], code: "PHX116" },
  PHOENIX_API_KEY: { wrong: ["se\u0007cret", "ключ"], code: "PHX108" },
  PHOENIX_CLIENT_HEADERS: HEADERS_CASE,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: HEADERS_CASE,
  OTEL_EXPORTER_OTLP_HEADERS: HEADERS_CASE,
  PHOENIX_PROJECT: { wrong: [] },
  PHOENIX_PROJECT_NAME: { wrong: [] },
  PHOENIX_AUTO_INSTRUMENT: { wrong: ["opnai", "maybe"], code: "PHX116" },
  PHOENIX_VERBOSE: SWITCH_CASE,
  PHOENIX_DISCOVER_CONFIG: { wrong: ["maybe"], code: "PHX116" },
  OTEL_RESOURCE_ATTRIBUTES: { wrong: ["a", "a=b=c", "=b", "a=%zz"], code: "PHX116" },
  OTEL_SERVICE_NAME: { wrong: [] },
  OTEL_SDK_DISABLED: SWITCH_CASE,
  OTEL_TRACES_EXPORTER: { wrong: ["console", "otlp,none", "zipkin"], code: "PHX116", right: "otlp" },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: COUNT_CASE,
  OTEL_ATTRIBUTE_COUNT_LIMIT: COUNT_CASE,
  OTEL_TRACES_SAMPLER: { wrong: ["sometimes"], code: "PHX116" },
  OTEL_TRACES_SAMPLER_ARG: {
    wrong: ["half", "1.5", "-0.1"],
    code: "PHX116",
    along: { OTEL_TRACES_SAMPLER: "traceidratio" },
  },
  OTEL_BSP_SCHEDULE_DELAY: { wrong: ["soon", "-1"], code: "PHX116" },
  OTEL_BSP_EXPORT_TIMEOUT: TIMEOUT_CASE,
  OTEL_BSP_MAX_QUEUE_SIZE: TIMEOUT_CASE,
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: TIMEOUT_CASE,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: TIMEOUT_CASE,
  OTEL_EXPORTER_OTLP_TIMEOUT: TIMEOUT_CASE,
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: WORD_CASE,
  OTEL_EXPORTER_OTLP_COMPRESSION: WORD_CASE,
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: FILE_CASE,
  OTEL_EXPORTER_OTLP_CERTIFICATE: FILE_CASE,
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: FILE_CASE,
  OTEL_EXPORTER_OTLP_CLIENT_KEY: FILE_CASE,
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: FILE_CASE,
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: FILE_CASE,
  OTEL_EXPORTER_OTLP_TRACES_INSECURE: SWITCH_CASE,
  OTEL_EXPORTER_OTLP_INSECURE: SWITCH_CASE,
  https_proxy: { ...PROXY_CASE, along: HTTPS },
  HTTPS_PROXY: { ...PROXY_CASE, along: HTTPS },
  http_proxy: { ...PROXY_CASE, along: HTTP },
  HTTP_PROXY: { ...PROXY_CASE, along: HTTP },
  all_proxy: { ...PROXY_CASE, along: HTTP },
  ALL_PROXY: { ...PROXY_CASE, along: HTTP },
  grpc_proxy: { ...PROXY_CASE, along: GRPC },
  no_proxy: { wrong: [] },
  NO_PROXY: { wrong: [] },
  no_grpc_proxy: { wrong: [] },
  XDG_STATE_HOME: { wrong: [] },
  OPENINFERENCE_HIDE_INPUTS: HIDE_CASE,
  OPENINFERENCE_HIDE_OUTPUTS: HIDE_CASE,
  OPENINFERENCE_HIDE_INPUT_MESSAGES: HIDE_CASE,
  OPENINFERENCE_HIDE_OUTPUT_MESSAGES: HIDE_CASE,
  OPENINFERENCE_HIDE_INPUT_TEXT: HIDE_CASE,
  OPENINFERENCE_HIDE_OUTPUT_TEXT: HIDE_CASE,
  OPENINFERENCE_HIDE_INPUT_IMAGES: HIDE_CASE,
  OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS: HIDE_CASE,
  OPENINFERENCE_HIDE_LLM_TOOLS: HIDE_CASE,
  OPENINFERENCE_HIDE_PROMPTS: HIDE_CASE,
  OPENINFERENCE_HIDE_LLM_PROMPTS: HIDE_CASE,
  OPENINFERENCE_HIDE_CHOICES: HIDE_CASE,
  OPENINFERENCE_HIDE_EMBEDDINGS_VECTORS: HIDE_CASE,
  OPENINFERENCE_HIDE_EMBEDDING_VECTORS: HIDE_CASE,
  OPENINFERENCE_HIDE_EMBEDDINGS_TEXT: HIDE_CASE,
  OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH: { wrong: ["long", "-1", "1.5"], code: "PHX116" },
};

const settings = (environment: Environment): unknown => {
  const { problems: _, ...others } = JSON.parse(JSON.stringify(resolve({}, environment)));
  return others;
};

describe("a wrong variable warns in one line that names it, and falls back", () => {
  for (const variable of VARIABLES.filter((name) => CASES[name].wrong.length > 0)) {
    const { wrong, code, along = {}, right } = CASES[variable];
    test(`${variable} is wrong`, () => {
      for (const value of wrong) {
        const config = resolve({}, { ...along, [variable]: value });
        expect(codes(config)).toEqual([code]);
        expect(config.problems[0]?.message).toMatch(new RegExp(`^${variable}\\b`));
        expect(config.problems[0]?.message).not.toContain("\n");
        const instead = right === undefined ? along : { ...along, [variable]: right };
        expect(settings({ ...along, [variable]: value })).toEqual(settings(instead));
      }
    });
  }
});

describe("a blank variable counts as not set, without a line", () => {
  test.each(VARIABLES)("%s", (variable) => {
    for (const blank of ["", "   ", "\t\n"]) {
      const config = resolve({}, { [variable]: blank });
      expect(config.problems).toEqual([]);
      expect(settings({ [variable]: blank })).toEqual(settings({}));
    }
  });
});

describe("the variable for traces wins over the one for all signals, also when that one is wrong", () => {
  test("timeout", () => {
    const names = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"] as const;
    expect(resolve().transport.timeoutMillis).toEqual({ value: 10_000, source: "default" });
    expect(resolve({}, { [names[1]]: "500" }).transport.timeoutMillis).toEqual({
      value: 500,
      source: names[1],
    });
    expect(resolve({}, { [names[0]]: "200", [names[1]]: "500" }).transport.timeoutMillis).toEqual({
      value: 200,
      source: names[0],
    });
    const skipped = resolve({}, { [names[0]]: "soon", [names[1]]: "500" });
    expect(skipped.transport.timeoutMillis).toEqual({ value: 500, source: names[1] });
    expect(skipped.problems[0]?.message).toBe(
      `${names[0]} is "soon", which is not a whole number of milliseconds above 0. Using 500 from ${names[1]}. Set it to a whole number of milliseconds above 0.`,
    );
  });

  test("compression and insecure, in any case", () => {
    const config = resolve(
      {},
      {
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "GZIP",
        OTEL_EXPORTER_OTLP_COMPRESSION: "none",
        OTEL_EXPORTER_OTLP_INSECURE: "True",
      },
    );
    expect(config.transport.compression).toEqual({
      value: "gzip",
      source: "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    });
    expect(config.transport.insecure).toEqual({ value: true, source: "OTEL_EXPORTER_OTLP_INSECURE" });
    expect(resolve().transport.compression).toBeUndefined();
  });

  test("certificates", () => {
    const directory = temporaryDirectory();
    const pem = path.join(directory, "a.pem");
    const otherPem = path.join(directory, "b.pem");
    writeFileSync(pem, "a");
    writeFileSync(otherPem, "b");
    const config = resolve(
      {},
      {
        OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: pem,
        OTEL_EXPORTER_OTLP_CERTIFICATE: otherPem,
        OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: "/does/not/exist.pem",
        OTEL_EXPORTER_OTLP_CLIENT_KEY: otherPem,
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: pem,
      },
    );
    expect(config.transport).toMatchObject({
      certificate: { value: pem, source: "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE" },
      clientKey: { value: otherPem, source: "OTEL_EXPORTER_OTLP_CLIENT_KEY" },
      clientCertificate: { value: pem, source: "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE" },
    });
    expect(codes(config)).toEqual(["PHX117"]);
  });

  test("a client key without its certificate is told, and neither is used", () => {
    const pem = path.join(temporaryDirectory(), "a.pem");
    writeFileSync(pem, "a");
    for (const variable of ["OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"]) {
      const config = resolve({}, { [variable]: pem });
      expect(codes(config)).toEqual(["PHX117"]);
      expect(config.problems[0]?.message).toContain(variable);
      expect(config.transport).toMatchObject({ clientKey: undefined, clientCertificate: undefined });
    }
  });
});

test("OTEL_BSP_* is read, each with its source", () => {
  const config = resolve(
    {},
    {
      OTEL_BSP_SCHEDULE_DELAY: "0",
      OTEL_BSP_EXPORT_TIMEOUT: "2000",
      OTEL_BSP_MAX_QUEUE_SIZE: "10",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: " 5 ",
    },
  );
  expect(config.batching).toEqual({
    scheduledDelayMillis: { value: 0, source: "OTEL_BSP_SCHEDULE_DELAY" },
    exportTimeoutMillis: { value: 2000, source: "OTEL_BSP_EXPORT_TIMEOUT" },
    maxQueueSize: { value: 10, source: "OTEL_BSP_MAX_QUEUE_SIZE" },
    maxExportBatchSize: { value: 5, source: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" },
  });
});

test("OTEL_SDK_DISABLED turns tracing off, in any case", () => {
  expect(resolve().disabled).toEqual({ value: false, source: "default" });
  expect(resolve({}, { OTEL_SDK_DISABLED: "TRUE" }).disabled).toEqual({
    value: true,
    source: "OTEL_SDK_DISABLED",
  });
  expect(resolve({}, { OTEL_SDK_DISABLED: "false" }).disabled.value).toBe(false);
});

test("a span may have 10,000 attributes unless an option or a variable says otherwise", () => {
  const both = { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "300", OTEL_ATTRIBUTE_COUNT_LIMIT: "200" };
  const limit = (options: object, environment: Environment): unknown =>
    resolve({ ...options }, environment).attributeCountLimit;
  expect(limit({}, {})).toEqual({ value: 10_000, source: "default" });
  expect(limit({}, { OTEL_ATTRIBUTE_COUNT_LIMIT: "200" })).toEqual({
    value: 200,
    source: "OTEL_ATTRIBUTE_COUNT_LIMIT",
  });
  expect(limit({}, both)).toEqual({ value: 300, source: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" });
  expect(limit({ generalLimits: { attributeCountLimit: 50 } }, both)).toEqual({
    value: 50,
    source: "option generalLimits",
  });
  expect(limit({ spanLimits: { attributeCountLimit: 60 } }, both)).toEqual({
    value: 60,
    source: "option spanLimits",
  });
  expect(limit({ spanLimits: { eventCountLimit: 60 } }, {})).toEqual({ value: 10_000, source: "default" });
});

test("a ratio sampler without a ratio is told", () => {
  const config = resolve({}, { OTEL_TRACES_SAMPLER: "parentbased_traceidratio" });
  expect(config.problems[0]?.message).toContain("OTEL_TRACES_SAMPLER_ARG is not set");
  const right = { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" };
  expect(resolve({}, right).problems).toEqual([]);
  expect(resolve({}, { OTEL_TRACES_SAMPLER: "always_off", OTEL_TRACES_SAMPLER_ARG: "x" }).problems).toEqual(
    [],
  );
});

test("a masking variable hides, and traceConfig wins over it key by key", () => {
  const environment = { OPENINFERENCE_HIDE_INPUTS: "TRUE", OPENINFERENCE_HIDE_OUTPUTS: "true" };
  const { masking } = resolve({ traceConfig: { hideOutputs: false, hideChoices: true } }, environment);
  expect(masking.hidden).toEqual({
    hideInputs: "OPENINFERENCE_HIDE_INPUTS",
    hideChoices: "option traceConfig.hideChoices",
  });
  expect(masking.base64ImageMaxLength).toEqual({ value: 32_000, source: "default" });
  const older = resolve({}, { OPENINFERENCE_HIDE_EMBEDDING_VECTORS: "true" });
  expect(older.masking.hidden).toEqual({ hideEmbeddingsVectors: "OPENINFERENCE_HIDE_EMBEDDING_VECTORS" });
});
