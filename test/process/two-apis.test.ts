// Another version of OpenTelemetry's API in the process: each version keeps what it registers from the other.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout } from "../support/run-program.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

const manifest = path.join(checkout, "node_modules/@opentelemetry/api/package.json");
const { version: apiVersion } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };

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

describe("a program's own copy of the API", () => {
  /** A folder with a copy of the API in its node_modules. */
  async function withApi(version: string): Promise<string> {
    const home = path.join(folder, `home-${version}`);
    const modules = path.join(home, "node_modules/@opentelemetry");
    await mkdir(modules, { recursive: true });
    await copyApi(version);
    await cp(path.join(folder, version), path.join(modules, "api"), { recursive: true });
    const file = path.join(modules, "api/package.json");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/"version": "[^"]+"/, `"version": "${version}"`));
    return home;
  }

  async function runOwn(program: string, env: Record<string, string> = {}): Promise<ProgramResult> {
    const file = path.join(program, "own-api.mjs");
    await cp(path.join(programs, "own-api.mjs"), file);
    const PHOENIX = path.join(checkout, "dist/node.mjs");
    return runProgram(file, {
      env: { PHOENIX, ENDPOINT: receiver.httpUrl, PHOENIX_DISCOVER_CONFIG: "false", ...env },
    });
  }

  test("of a newer minor is named in a line, and wrappers trace", async () => {
    const result = await runOwn(await withApi("1.98.0"));
    expect(result).toMatchObject({ code: 0, stdout: "" });
    expect(result.stderr).toMatch(
      /^PHX220 [^\n]*1\.98\.0[^\n]*home-1\.98\.0[^\n]*npm ls @opentelemetry\/api[^\n]*\n$/,
    );
    expect(tree()).toEqual(["- > tool"]);
  });

  test("of a newer minor that only a required package has is named too", async () => {
    const result = await runOwn(folder, { REQUIRED: await withApi("1.97.0") });
    expect(result.stderr).toMatch(/^PHX220 [^\n]*1\.97\.0[^\n]*\n$/);
  });

  test.each([
    ["1.4.0", "an older minor"],
    [apiVersion, "the same version"],
  ])("of %s, %s, shares everything, and nothing is said", async (version) => {
    expect(await runOwn(await withApi(version))).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(tree()).toEqual(["tool > own", "- > tool"]);
  });
});
