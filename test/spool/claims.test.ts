// Who may send a file: one process at a time, and the next one once that is dead or silent.
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createConnection } from "../../src/exporters/connection.ts";
import { resolveConfig } from "../../src/index.ts";
import { Resend } from "../../src/spool/resend.ts";
import { SpoolFolder } from "../../src/spool/spool-folder.ts";
import { SimulatedClock } from "../delivery/simulation.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { comeAfter, endSpans, leave, listen, namesIn, newFolder, spooling } from "./support.ts";

let receiver: OtlpReceiver;
let folder: string;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(async () => {
  receiver.forget();
  folder = newFolder();
  listen();
});

/** The mark of this process as a file has it that is being sent. */
const ownMark = async (): Promise<string> => {
  receiver.respond(() => ({ kind: "hang" }));
  const provider = spooling(receiver, folder);
  await receiver.waitForRequests(1);
  const [held] = namesIn(folder, ".spool");
  await provider.shutdown({ timeoutMillis: 0 });
  receiver.forget();
  return /~(\d+-\d+-[0-9a-f]{8})\.spool$/.exec(held!)![1]!;
};

/** Gives the only file the mark of another process. */
const mark = (holder: string): string => {
  const [whole] = namesIn(folder, ".spool");
  const held = `${path.parse(whole!).name}~${holder}.spool`;
  renameSync(path.join(folder, whole!), path.join(folder, held));
  return held;
};

test("a file that is being sent has the mark of its process, and loses it when nothing comes of it", async () => {
  await leave(receiver, folder);
  const before = namesIn(folder);
  expect(await ownMark()).toMatch(new RegExp(`^${process.pid}-`));
  expect(namesIn(folder)).toEqual(before);
});

test("a file of a process that lives is left to it", async () => {
  await leave(receiver, folder);
  const held = mark(await ownMark());
  await comeAfter(receiver, folder);
  expect(receiver.requests).toEqual([]);
  expect(namesIn(folder)).toEqual([held]);
});

test.each([
  ["a process that is dead", (own: string) => own.replace(/^\d+/, String(deadPid()))],
  ["an earlier process of the same id", (own: string) => own.replace(/-\d+-/, "-1-")],
])("a file of %s goes to the next one", async (_name, holder) => {
  await leave(receiver, folder);
  mark(holder(await ownMark()));
  await comeAfter(receiver, folder);
  expect(receiver.spanIds).toHaveLength(10);
  expect(namesIn(folder)).toEqual([]);
});

test("a file of another machine's process goes to the next one when that was silent for long", async () => {
  await leave(receiver, folder);
  const held = mark("4711-1-deadbeef");
  await comeAfter(receiver, folder);
  expect(namesIn(folder)).toEqual([held]);
  const longAgo = Date.now() / 1000 - 130;
  utimesSync(path.join(folder, held), longAgo, longAgo);
  await comeAfter(receiver, folder);
  expect(receiver.spanIds).toHaveLength(10);
});

test("what a process left that died while it wrote is removed, and nothing of one that lives", async () => {
  await leave(receiver, folder);
  const own = await ownMark();
  const dead = `x~${own.replace(/^\d+/, String(deadPid()))}.part`;
  const living = `y~${own}.part`;
  for (const name of [dead, living, "somebody's.part"]) writeFileSync(path.join(folder, name), "half");
  await comeAfter(receiver, folder);
  expect(receiver.requests).toHaveLength(1);
  expect(namesIn(folder)).toEqual(["somebody's.part", living].toSorted());
});

test("a file that the server does not take is anybody's again after a while, and is tried again", async () => {
  await leave(receiver, folder);
  const before = namesIn(folder);
  receiver.respond(() => ({ kind: "http", status: 401, body: "no" }));
  const config = resolveConfig({ endpoint: receiver.httpUrl, protocol: "http/protobuf" });
  const clock = new SimulatedClock();
  const resend = new Resend(new SpoolFolder(folder), createConnection(config), false, clock);
  onTestFinished(() => resend.stop());
  await resend.flush(60_000);
  expect(namesIn(folder)).not.toEqual(before);
  await clock.advance(12_000);
  await expect.poll(() => namesIn(folder)).toEqual(before);
  await expect.poll(() => resend.isActive).toBe(false);
  receiver.respond(undefined);
  await clock.advance(15_000);
  await resend.flush(60_000);
  expect(receiver.spanIds).toHaveLength(10);
  expect(namesIn(folder)).toEqual([]);
});

test("two providers of one process share the files", async () => {
  await leave(receiver, folder, { count: 3 });
  const [whole] = namesIn(folder);
  const bytes = readFileSync(path.join(folder, whole!));
  for (let copy = 0; copy < 6; copy++) writeFileSync(path.join(folder, `${copy}.spool`), bytes);
  const providers = [spooling(receiver, folder), spooling(receiver, folder)];
  for (const provider of providers) endSpans(provider, 1, 10, "own");
  await Promise.all(providers.map((provider) => provider.forceFlush()));
  expect(receiver.spanIds).toHaveLength(7 * 3 + 2);
  const sent = providers.map((provider) => provider.stats().fromSpool ?? 0);
  expect(sent[0]! + sent[1]!).toBe(21);
  await Promise.all(providers.map((provider) => provider.shutdown()));
  expect(namesIn(folder)).toEqual([]);
});

/** The id of a process that ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}
