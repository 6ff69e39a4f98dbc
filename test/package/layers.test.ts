// Plants one violation of every house rule and expects the linter to name it with its sentence.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const VIOLATIONS = [
  ["diagnostics.ts", 'export { x } from "./deadline.ts";', "diagnostics stands under everything"],
  ["deadline.ts", 'export { x } from "./diagnostics.ts";', "deadline knows only real-time"],
  ["real-time.ts", 'export { x } from "./diagnostics.ts";', "real-time knows only process-slot"],
  ["own-calls.ts", 'export { x } from "./diagnostics.ts";', "own-calls knows nothing"],
  ["random-ids.ts", 'export { x } from "./globals.ts";', "random-ids gives ids"],
  ["stderr.ts", 'export { x } from "./globals.ts";', "stderr knows only deadline"],
  ["process-slot.ts", 'export { x } from "./diagnostics.ts";', "process-slot knows nothing"],
  ["test-mode.ts", 'export { x } from "./diagnostics.ts";', "test-mode knows only process-slot"],
  ["parts.ts", 'export { x } from "./globals.ts";', "parts knows only diagnostics"],
  ["globals.ts", 'export { x } from "./config/x.ts";', "globals knows only OpenTelemetry"],
  ["open-spans.ts", 'export { x } from "./globals.ts";', "open-spans knows only process-slot"],
  [
    "attached-providers.ts",
    'export { x } from "./processors/x.ts";',
    "attached-providers mounts and unmounts what globals installs",
  ],
  ["capture/a.ts", 'export { x } from "../diagnostics.ts";', "capture makes text of any value"],
  ["config/a.ts", 'export { x } from "../otlp/x.ts";', "config knows only diagnostics"],
  ["context/a.ts", 'export { x } from "../config/x.ts";', "context knows only capture"],
  ["openinference/a.ts", 'export { x } from "../decorators/x.ts";', "openinference is the vocabulary"],
  ["openinference/llm/a.ts", 'export { x } from "../../config/x.ts";', "openinference is the vocabulary"],
  ["decorators/a.ts", 'export { x } from "../processors/x.ts";', "decorators may use openinference"],
  ["decorators/call/b.ts", 'export { x } from "../../register.ts";', "decorators may use openinference"],
  ["instrumentation/a.ts", 'export { x } from "../delivery/x.ts";', "instrumentation traces SDKs"],
  ["spans/a.ts", 'export { x } from "../otlp/x.ts";', "spans says what leaves of a span"],
  ["translation/a.ts", 'export { x } from "../masking/x.ts";', "translation rewrites outgoing spans"],
  ["masking/a.ts", 'export { x } from "../delivery/x.ts";', "masking rewrites outgoing spans"],
  ["otlp/a.ts", 'export { x } from "../config/x.ts";', "otlp makes bytes of outgoing spans"],
  ["delivery/a.ts", 'export { x } from "../exporters/x.ts";', "delivery knows only diagnostics"],
  ["exporters/a.ts", 'export { x } from "../processors/x.ts";', "exporters may use config, otlp"],
  ["exporters/grpc/a.ts", 'export { x } from "../../exit/x.ts";', "exporters may use config, otlp"],
  ["exit/a.ts", 'export { x } from "../processors/x.ts";', "exit delivers by the clients"],
  ["spool/a.ts", 'export { x } from "../processors/x.ts";', "spool keeps requests on disk"],
  ["serverless/a.ts", 'export { x } from "../processors/x.ts";', "serverless knows the flushes"],
  ["processors/a.ts", 'export { x } from "../decorators/x.ts";', "processors may use config, context"],
  ["tracer.ts", 'export { x } from "./processors/x.ts";', "tracer adds the wrappers"],
  ["other-api.ts", 'export { x } from "./config/x.ts";', "other-api knows only globals"],
  ["replaceable-tracer.ts", 'export { x } from "./config/x.ts";', "replaceable-tracer knows only context"],
  ["provider-resource.ts", 'export { x } from "./globals.ts";', "provider-resource knows only config"],
  ["start-beside.ts", 'export { x } from "./config/x.ts";', "start-beside knows only context and globals"],
  ["report.ts", 'export { x } from "./delivery/x.ts";', "report prints what config resolved"],
  ["tracer-provider.ts", 'export { x } from "./register.ts";', "tracer-provider puts processors"],
  ["registration.ts", 'export { x } from "./delivery/x.ts";', "registration remembers providers"],
  ["register.ts", 'export { x } from "./delivery/x.ts";', "register resolves, makes the provider"],
  ["preloading.ts", 'export { x } from "./config/x.ts";', "preloading knows only process-slot"],
  ["preload.ts", 'export { x } from "./delivery/x.ts";', "preload calls register"],
  ["edge/a.ts", 'export { x } from "../processors/x.ts";', "edge is for pages and edge runtimes"],
  ["collector/a.ts", 'export { x } from "../delivery/x.ts";', "collector stands on top"],
  ["collector/trace/a.ts", 'export { x } from "../draw/x.ts";', "collector/trace knows only TraceSpan"],
  ["collector/draw/a.ts", 'export { x } from "../receive/x.ts";', "collector/draw draws what trace gives"],
  ["collector/receive/a.ts", 'export { x } from "../draw/x.ts";', "collector/receive makes spans"],
  ["web/a.ts", 'export { x } from "../collector/x.ts";', "web is the page"],
  ["testing/a.ts", 'export { x } from "../delivery/x.ts";', "testing stands on top"],
  ["attic/a.ts", 'export { x } from "../config/x.ts";', '"attic" has no row in lint/layers.js'],
  ["attic.ts", 'export { x } from "./config/x.ts";', '"attic" has no row in lint/layers.js'],
  ["delivery/b.ts", 'export const load = () => import("../otlp/x.ts");', "delivery knows only diagnostics"],
  ["delivery/c.ts", 'export { x } from "@opentelemetry/sdk-trace-node";', "nor protobuf; this loads"],
  ["decorators/c.ts", 'export { x } from "@opentelemetry/resources";', "without our SDK; this loads"],
  ["exporters/b.ts", "export const x = process.env.HOME;", "process.env is read in one file"],
  ["register.ts", 'console.log("x");', "console appears in diagnostics and cli only"],
  ["register.ts", 'process.once("exit", () => {});', "the process is listened to in exit/ only"],
  [
    "register.ts",
    'import { trace } from "@opentelemetry/api"; trace.disable();',
    "the only file that touches OpenTelemetry's globals",
  ],
] as const;

const ALLOWED = [
  ["config/a.ts", 'export { say } from "../diagnostics.ts";'],
  ["delivery/d.ts", 'export { setTimer } from "../deadline.ts";'],
  ["exporters/a.ts", 'export { x } from "../config/x.ts";'],
  ["exporters/http/a.ts", 'export { x } from "../wire/x.ts";'],
  ["delivery/a.ts", 'export type { ReadableSpan } from "@opentelemetry/sdk-trace-node";'],
  ["config/environment.ts", "export const x = process.env.HOME;"],
  ["exit/flush-on-exit.ts", 'process.once("exit", () => {});'],
  ["collector/receive/b.ts", 'export type { x } from "../trace/x.ts";'],
  ["collector/draw/b.ts", 'export { x } from "../trace/x.ts";'],
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

  it("has a row for every room and every file at the top", async () => {
    const rows = await readFile(path.join(root, "lint/layers.js"), "utf8");
    const rooms = (await readdir(path.join(root, "src"))).map((name) => name.replace(/\.ts$/, ""));
    const missing = rooms.filter((room) => !new RegExp(`^  "?${room}"?: \\[`, "m").test(rows));
    expect(missing).toEqual([]);
    const planted: ReadonlySet<string> = new Set(VIOLATIONS.map(([file]) => file.split(/[/.]/)[0]!));
    const free = new Set(["index", "cli"]);
    expect(rooms.filter((room) => !planted.has(room) && !free.has(room))).toEqual([]);
  });
});
