// Processes that are killed while they leave spans on disk, and while they send them.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { PATIENCE_MILLIS } from "../support/patience.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

const SPANS = 400;
const BYTES = 20_000;
/** More than a request ever has of these. */
const SPANS_OF_A_REQUEST = 27;

let receiver: OtlpReceiver;
let folder: string;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  // By what a process asks for: a request of one that was killed may be read much later.
  receiver.respond(({ headers }) =>
    headers["x-refuse"] === "yes" ? { kind: "http", status: 401, body: "no" } : undefined,
  );
  receiver.delay(5);
  const made = mkdtempSync(path.join(tmpdir(), "spool-"));
  folder = path.join(made, "spool");
  onTestFinished(async () => {
    rmSync(made, { recursive: true, force: true });
    await receiver.stop();
  });
});

const files = (): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".spool")) : [];

/** Runs a process, which is killed so long after it said that it begins; `undefined` lets it live. */
const run = (killAfterMillis: number | undefined, generation?: string): Promise<ProgramResult> =>
  runProgram(path.join(programs, "spool-killed.mjs"), {
    env: {
      ENDPOINT: receiver.httpUrl,
      FOLDER: folder,
      SPANS: String(SPANS),
      BYTES: String(BYTES),
      ...(generation !== undefined && { GENERATION: generation }),
    },
    onOutput: (text, child) => {
      if (killAfterMillis === undefined || !text.includes("ready")) return;
      void wait(killAfterMillis).then(() => child.kill("SIGKILL"));
    },
  });

/** Sends all that is there by a process that is then killed. */
const sendRest = async (): Promise<void> => {
  await runProgram(path.join(programs, "spool-killed.mjs"), {
    env: { ENDPOINT: receiver.httpUrl, FOLDER: folder },
    onStart: (child) => {
      // Several looks: one may miss a file that gets another name just then.
      let looks = 0;
      const isEmpty = vi.waitUntil(() => (looks = files().length === 0 ? looks + 1 : 0) > 2, {
        timeout: PATIENCE_MILLIS,
      });
      void isEmpty.finally(() => child.kill("SIGKILL"));
    },
  });
};

const namesOf = (generation: string): number =>
  receiver.uniqueSpans.filter(({ name }) => name.startsWith(`${generation}/`)).length;

test("whatever is killed when: a file is sent as a whole or was never there", async () => {
  const whole: string[] = [];
  let killedSenders = 0;
  const delays: number[] = [];
  const delay = (most: number): number => {
    const millis = Math.floor(Math.random() * most);
    delays.push(millis);
    return millis;
  };
  for (let generation = 0; generation < 12; generation++) {
    const before = files().length;
    await run(generation % 4 === 3 ? undefined : 100 + delay(500), `g${generation}`);
    if (files().length > before) whole.push(`g${generation}`);
    if (generation % 2 === 0) continue;
    killedSenders++;
    await run(delay(200));
  }
  await sendRest();
  const counts = Array.from({ length: 12 }, (_, index) => namesOf(`g${index}`));
  const torn = counts.filter((count) => count !== 0 && count !== SPANS);
  const lost = whole.filter((generation) => namesOf(generation) !== SPANS);
  // With the delays, which say when it was that something went wrong.
  expect({ delays, torn, lost, left: readdirSync(folder) }).toEqual({ delays, torn: [], lost: [], left: [] });
  expect(whole.length).toBeGreaterThan(2);
  const repeats = receiver.spanIds.length - receiver.uniqueSpanCount;
  expect(repeats).toBeLessThanOrEqual(killedSenders * SPANS_OF_A_REQUEST);
});

test("several processes at once share the files: each is sent once", async () => {
  for (const generation of ["a", "b", "c", "d", "e", "f"]) await run(undefined, generation);
  expect(files()).toHaveLength(6);
  await Promise.all([sendRest(), sendRest(), sendRest()]);
  expect(receiver.uniqueSpanCount).toBe(6 * SPANS);
  expect(receiver.spanIds).toHaveLength(6 * SPANS);
  expect(readdirSync(folder)).toEqual([]);
});
