// Two releases of the package in one process leave each other's spans alone, and all are delivered.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { programs, runProgram } from "./run-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The built package as a later release has it: every process-wide shape is another one. */
let later: string;

beforeAll(async () => {
  // Inside the checkout, so that the copy finds the packages it needs.
  const cache = path.join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  later = await mkdtemp(path.join(cache, "later-"));
  await cp(path.join(root, "dist"), later, { recursive: true });
  for (const file of await readdir(later)) {
    if (!/\.[cm]js$/.test(file)) continue;
    const code = await readFile(path.join(later, file), "utf8");
    await writeFile(
      path.join(later, file),
      code.replace(
        /(process(?:Slot|Key)\("[^"]+", )(\d+)/g,
        (_, call, version) => `${call}${Number(version) + 1}`,
      ),
    );
  }
});
afterAll(() => rm(later, { recursive: true, force: true }));

let one: OtlpReceiver;
let other: OtlpReceiver;
beforeEach(async () => {
  [one, other] = await Promise.all([startOtlpReceiver(), startOtlpReceiver()]);
});
afterEach(() => Promise.all([one.stop(), other.stop()]));

const nextVersion = (slot: string): string => slot.replace(/\d+$/, (version) => String(Number(version) + 1));

const namesAt = (receiver: OtlpReceiver): string[] =>
  receiver.uniqueSpans
    .map(({ name, resource }) => `${name} (${JSON.stringify(resource["openinference.project.name"])})`)
    .toSorted();

test.each([
  ["naturally", "mjs", { code: 0, signal: null }],
  ["exit", "mjs", { code: 3, signal: null }],
  ["signal", "mjs", { code: null, signal: "SIGTERM" }],
  ["exit", "cjs", { code: 3, signal: null }],
])(
  "every span arrives where its own release sends it, when it ends by %s (%s)",
  async (end, format, ended) => {
    const entry = (folder: string): string => pathToFileURL(path.join(folder, `index.${format}`)).href;
    const result = await runProgram(path.join(programs, "two-versions.mjs"), {
      env: {
        ONE: entry(path.join(root, "dist")),
        OTHER: entry(later),
        ONE_URL: `${one.httpUrl}/v1/traces`,
        OTHER_URL: `${other.httpUrl}/v1/traces`,
        END: end,
        PHOENIX_DISCOVER_CONFIG: "false",
      },
    });
    expect(result).toMatchObject(ended);
    expect(namesAt(one)).toEqual([
      'at the end ("one again")',
      'global ("one")',
      'provider of one ("one")',
      'registered again ("one again")',
      'wrapper of one ("one")',
    ]);
    expect(namesAt(other)).toEqual([
      'at the end ("other")',
      'exporter of other ("mixed")',
      'provider of other ("other")',
      'wrapper of other ("other")',
    ]);
    const lines = result.stderr.trim().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^PHX201 Another tracer provider/),
      expect.stringMatching(/^PHX202 register\(\) was called again with other settings \(projectName\)/),
    ]);
    const slots = (JSON.parse(result.stdout) as string[]).toSorted();
    // Every slot is there once for each release.
    const inOneRelease = slots.filter((slot) => slots.includes(nextVersion(slot)));
    expect(slots).toEqual(inOneRelease.flatMap((slot) => [slot, nextVersion(slot)]));
  },
);
