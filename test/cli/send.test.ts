// `phoenix-otel send`: what it sends and where, what it prints, and its exit code.
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { leave, listen, namesIn, newFolder } from "../spool/support.ts";
import { Child, type Ending } from "../support/child.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { BIN } from "./spawned-view.ts";

let receiver: OtlpReceiver;
let folder: string;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.forget();
  folder = newFolder();
  listen();
});

const send = async (
  words: readonly string[] = [folder],
  environment: Record<string, string> = {},
): Promise<Ending> => {
  const { PATH = "" } = process.env;
  const child = new Child(process.execPath, [BIN, "send", ...words], {
    environment: {
      PATH,
      PHOENIX_DISCOVER_CONFIG: "false",
      PHOENIX_COLLECTOR_ENDPOINT: receiver.httpUrl,
      ...environment,
    },
  });
  return await child.ended;
};
const linesOf = (stderr: string): string[] => stderr.split("\n").filter((line) => line !== "");

describe("phoenix-otel send", () => {
  test("sends with the environment's key, says how many, and leaves nothing", async () => {
    await leave(receiver, folder, { apiKey: "old" });
    await leave(receiver, folder, { count: 2 });
    const { code, stdout, stderr } = await send([folder], { PHOENIX_API_KEY: "new" });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "12 spans sent\n", stderr: "" });
    expect(receiver.spanIds).toHaveLength(12);
    expect(receiver.requests.every(({ headers }) => headers["authorization"] === "Bearer new")).toBe(true);
    expect(namesIn(folder)).toEqual([]);
  });

  test("knows the usual folder", async () => {
    const state = path.dirname(folder);
    await leave(receiver, path.join(state, "phoenix-otel/spool"), { count: 1 });
    const { code, stdout } = await send([], { XDG_STATE_HOME: state });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "1 span sent\n" });
  });

  test("with nothing to send is content", async () => {
    mkdirSync(folder);
    expect(await send()).toMatchObject({ code: 0, stdout: "0 spans sent\n", stderr: "" });
  });

  test.each([
    ["a folder that is not there", () => [path.join(folder, "not there")], /There is no folder/],
    ["a file", () => [BIN], /is no folder/],
    ["two folders", () => [folder, folder], /One folder at a time/],
    ["an option that there is none of", () => ["--all"], /--all/],
  ])("with %s ends with 1 and one line", async (_name, words, line) => {
    const { code, stdout, stderr } = await send(words());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(linesOf(stderr)).toEqual([expect.stringMatching(line)]);
  });

  test("prints its help", async () => {
    expect((await send(["--help"])).stdout).toMatch(/^Usage: phoenix-otel send \[folder\]/);
  });

  test.each([
    [401, /10 spans.* stays? in .*401.*PHOENIX_API_KEY/],
    [404, /10 spans.* stays? in .*404/],
  ])("that is answered %i says why, once, and keeps the file", async (status, line) => {
    await leave(receiver, folder);
    const names = namesIn(folder);
    receiver.respond(() => ({ kind: "http", status, body: "no" }));
    const { code, stdout, stderr } = await send();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "0 spans sent\n" });
    expect(linesOf(stderr)).toEqual([expect.stringMatching(line)]);
    expect(namesIn(folder)).toEqual(names);
  });

  test("counts what it got through before the server refused", async () => {
    await leave(receiver, folder, { count: 20, bytes: 100_000 });
    let requests = 0;
    receiver.respond(() => (++requests > 2 ? { kind: "http", status: 401, body: "no" } : undefined));
    const { code, stdout, stderr } = await send();
    const sent = receiver.uniqueSpanCount;
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${sent} spans sent\n` });
    expect(stderr).toContain(`${20 - sent} spans`);
    receiver.respond(undefined);
    expect((await send()).stdout).toBe(`${20 - sent} spans sent\n`);
    expect(receiver.spanIds).toHaveLength(20);
  });

  test("to a server that is not there says so, once", async () => {
    const gone = await startOtlpReceiver();
    await leave(gone, folder);
    await gone.stop();
    const { code, stdout, stderr } = await send([folder], { PHOENIX_COLLECTOR_ENDPOINT: gone.httpUrl });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "0 spans sent\n" });
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/1 file with 10 spans stays in .*refused the connection/),
    ]);
    expect(namesIn(folder, ".spool")).toHaveLength(1);
  });

  test("names files for other destinations, and never follows them", async () => {
    const other = await startOtlpReceiver();
    onTestFinished(() => other.stop());
    await leave(other, folder, { count: 3 });
    const [planted] = namesIn(folder);
    await leave(receiver, folder, { count: 2 });
    const { code, stdout, stderr } = await send([folder], { PHOENIX_API_KEY: "key" });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "2 spans sent\n" });
    expect(linesOf(stderr)).toEqual([expect.stringContaining(planted!)]);
    expect(stderr).toContain(other.httpUrl);
    expect(other.requests).toEqual([]);
    expect(namesIn(folder)).toEqual([planted]);
  });

  test("sets aside what is broken, and says so by its exit code", async () => {
    await leave(receiver, folder);
    writeFileSync(path.join(folder, "0.spool"), "no");
    const { code, stdout, stderr } = await send();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "10 spans sent\n" });
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^PHX410 .*0\.spool/)]);
    expect(namesIn(folder)).toEqual(["0.bad"]);
    expect(await send()).toMatchObject({ code: 0, stdout: "0 spans sent\n", stderr: "" });
  });

  test("makes nothing of a name that could do something to a terminal", async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, "a\u001B[2Jb\nc.spool"), "no");
    const { code, stderr } = await send();
    expect(code).toBe(1);
    expect(linesOf(stderr)).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(stderr).not.toMatch(/\u001B/);
  });

  test("twice at once shares the files", async () => {
    await leave(receiver, folder, { count: 8, bytes: 50_000 });
    const [whole] = namesIn(folder);
    for (let copy = 0; copy < 9; copy++) {
      copyFileSync(path.join(folder, whole!), path.join(folder, `copy-${copy}.spool`));
    }
    receiver.delay(20);
    onTestFinished(() => receiver.delay(0));
    const ends = await Promise.all([send(), send()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const sent = ends.map(({ stdout }) => Number(/^(\d+) spans/.exec(stdout)?.[1]));
    expect(sent[0]! + sent[1]!).toBe(80);
    expect(receiver.spanIds).toHaveLength(80);
    expect(namesIn(folder)).toEqual([]);
  });

  test("waits for a file that nobody knows the holder of, and says who that is", async () => {
    await leave(receiver, folder);
    const [whole] = namesIn(folder);
    const held = `${path.parse(whole!).name}~4711-1-deadbeef.spool`;
    renameSync(path.join(folder, whole!), path.join(folder, held));
    const { code, stdout, stderr } = await send();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "0 spans sent\n" });
    expect(linesOf(stderr)).toEqual([expect.stringContaining("4711")]);
    expect(namesIn(folder)).toEqual([held]);
  });
});
