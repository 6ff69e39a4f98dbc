// Plants one violation of every house rule and expects the linter to name it with its sentence.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const VIOLATIONS = [
  ["config/a.ts", 'export { x } from "../otlp/x.ts";', "config knows only diagnostics"],
  ["otlp/a.ts", 'export { x } from "../config/x.ts";', "otlp knows only diagnostics"],
  ["delivery/a.ts", 'export { x } from "../exporters/x.ts";', "delivery knows only diagnostics"],
  ["context/a.ts", 'export { x } from "../config/x.ts";', "context knows only diagnostics"],
  ["masking/a.ts", 'export { x } from "../config/x.ts";', "masking knows only diagnostics"],
  ["exporters/a.ts", 'export { x } from "../processors/x.ts";', "exporters may use config and otlp"],
  ["processors/a.ts", 'export { x } from "../decorators/x.ts";', "processors may use config, delivery"],
  ["serverless/a.ts", 'export { x } from "../processors/x.ts";', "serverless knows the flushes"],
  ["decorators/a.ts", 'export { x } from "../processors/x.ts";', "decorators may use context"],
  ["decorators/b.ts", 'export { x } from "../register.ts";', "decorators may use context"],
  ["collector/a.ts", 'export { x } from "../delivery/x.ts";', "collector stands on top"],
  ["delivery/b.ts", 'export const load = () => import("../otlp/x.ts");', "delivery knows only diagnostics"],
  [
    "delivery/c.ts",
    'export { x } from "@opentelemetry/sdk-trace-node";',
    "OpenTelemetry's API types; this loads",
  ],
  ["decorators/c.ts", 'export { x } from "@opentelemetry/resources";', "without our SDK; this loads"],
  ["exporters/b.ts", "export const x = process.env.HOME;", "process.env is read in one file"],
  ["register.ts", 'console.log("x");', "console appears in diagnostics and cli only"],
  ["register.ts", 'process.once("exit", () => {});', "the only file that listens to the process"],
  [
    "register.ts",
    'import { trace } from "@opentelemetry/api"; trace.disable();',
    "the only file that touches OpenTelemetry's globals",
  ],
] as const;

const ALLOWED = [
  ["config/a.ts", 'export { say } from "../diagnostics.ts";'],
  ["exporters/a.ts", 'export { x } from "../config/x.ts";'],
  ["delivery/a.ts", 'export type { ReadableSpan } from "@opentelemetry/sdk-trace-node";'],
  ["config/environment.ts", "export const x = process.env.HOME;"],
  ["exit-flush.ts", 'process.once("exit", () => {});'],
  ["cli/view.ts", 'console.log("x");'],
] as const;

let checkout: string;
let said: string[];

/** Each planted file has a `src` of its own, so that one run of the linter reads them all. */
beforeAll(async () => {
  checkout = await mkdtemp(path.join(tmpdir(), "layers-"));
  const { options: _typeAware, ...config } = JSON.parse(
    await readFile(path.join(root, ".oxlintrc.json"), "utf8"),
  ) as { options: unknown };
  await writeFile(path.join(checkout, ".oxlintrc.json"), JSON.stringify(config));
  await cp(path.join(root, "lint"), path.join(checkout, "lint"), { recursive: true });
  for (const [index, [file, code]] of [...VIOLATIONS, ...ALLOWED].entries()) {
    const target = path.join(checkout, String(index), "src", file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, code);
  }
  const oxlint = path.join(root, "node_modules/.bin/oxlint");
  const { stdout } = await promisify(execFile)(oxlint, ["--format=unix"], { cwd: checkout }).catch(
    (error: { stdout: string }) => error,
  );
  said = stdout.split("\n");
});

afterAll(async () => {
  await rm(checkout, { recursive: true, force: true });
});

const saidOf = (index: number): string => said.filter((line) => line.startsWith(`${index}/src/`)).join("\n");

describe("the linter keeps the house rules", () => {
  it.each(VIOLATIONS.map((row, index) => [...row, index] as const))(
    "%s: %s",
    (_file, _code, sentence, index) => {
      expect(saidOf(index)).toContain(sentence);
    },
  );

  it.each(ALLOWED.map((row, index) => [...row, index] as const))(
    "lets pass %s: %s",
    (_file, _code, index) => {
      expect(saidOf(VIOLATIONS.length + index)).not.toContain("house");
    },
  );
});
