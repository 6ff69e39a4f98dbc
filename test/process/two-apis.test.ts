// Another version of OpenTelemetry's API in the process: each version keeps what it registers from the other.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout } from "../support/run-program.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

let folder: string;
let receiver: OtlpReceiver;

/** The API as another release has it. */
async function copyApi(version: string): Promise<string> {
  const copy = path.join(folder, version);
  await cp(path.join(checkout, "node_modules/@opentelemetry/api"), copy, { recursive: true });
  const file = path.join(copy, "build/src/version.js");
  const code = await readFile(file, "utf8");
  await writeFile(file, code.replace(/VERSION = '[^']+'/, `VERSION = '${version}'`));
  return path.join(copy, "build/src/index.js");
}

beforeAll(async () => {
  const cache = path.join(checkout, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(path.join(cache, "apis-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const run = async (
  version: string,
  FIRST: string,
  env: Record<string, string> = {},
): Promise<ProgramResult> =>
  runProgram(path.join(programs, "two-apis.mjs"), {
    env: {
      OTHER: await copyApi(version),
      FIRST,
      ENDPOINT: receiver.httpUrl,
      PHOENIX_DISCOVER_CONFIG: "false",
      ...env,
    },
  });

/** Each span with the name of its parent. */
const tree = (): string[] =>
  receiver.uniqueSpans
    .filter(({ name }) => name !== "theirs")
    .map(({ name, parentSpanId }) => {
      const parent = receiver.uniqueSpans.find(({ spanId }) => spanId === parentSpanId);
      return `${parent?.name ?? (parentSpanId === undefined ? "-" : "?")} > ${name}`;
    });
const NESTED = ["inner > by hand", "outer > inner", "- > outer"];

describe.each([
  ["1.4.0", "an older minor"],
  ["1.9.999", "another patch"],
  ["1.99.0", "a newer minor"],
])("version %s, %s,", (version) => {
  test.each(["diag", "context", "propagation"])(
    "that registered its %s first: told in a line, and wrappers nest",
    async (FIRST) => {
      const result = await run(version, FIRST);
      expect(result.code).toBe(0);
      expect(result.stderr).toMatch(
        new RegExp(`^PHX212 [^\\n]*${version}[^\\n]*npm ls @opentelemetry/api[^\\n]*\\n$`),
      );
      expect(tree()).toEqual(NESTED);
    },
  );

  test("that registers nothing is not told, and keeps working", async () => {
    const result = await run(version, "nothing");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(tree()).toEqual(NESTED);
  });
});

test("wrappers nest where its provider was first, which only the other version sees", async () => {
  const result = await run("1.4.0", "trace");
  expect(result.stderr).toMatch(/^PHX212 [^\n]*\n$/);
  expect(tree()).toEqual(NESTED);
});

test("where globalThis is frozen, wrappers nest too", async () => {
  const result = await run("1.4.0", "nothing", { FROZEN: "yes" });
  expect(result.stderr).toMatch(/^PHX205 [^\n]*\n$/);
  expect(tree()).toEqual(NESTED);
});
