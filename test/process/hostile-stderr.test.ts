// Lines that stderr does not take: no error reaches the program, and it ends as it would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { programs } from "./run-program.ts";

interface Options {
  /** What a shell makes of stderr. */
  redirect?: string;
  env?: Record<string, string>;
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Uncaught errors. */
  errors: string;
}

const program = path.join(programs, "hostile-stderr.mjs");

/** Runs the program with fd 3 for what it hears of errors; where it waits, its stderr is read once it is alive. */
async function run({ redirect = "", env = {} }: Options): Promise<Ended> {
  const child = spawn("bash", ["--norc", "-c", `exec "$0" "$@" ${redirect}`, process.execPath, program], {
    env: { PATH: process.env["PATH"], PHOENIX_DISCOVER_CONFIG: "false", ...env },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  const errors = text(child.stdio[3] as NodeJS.ReadableStream);
  const stdout = text(child.stdout);
  if (env["WAITS"]) await once(child.stdout, "data");
  let stderr = "";
  for await (const chunk of child.stderr.setEncoding("utf8")) {
    stderr += chunk as string;
    // The last line before it waits.
    if (env["WAITS"] && /RETRIEVER.*\n$/.test(stderr)) child.stdin.end("go on");
  }
  const [code] = await ended;
  return { code, stdout: await stdout, stderr, errors: await errors };
}

const PLAIN = { code: 5, stdout: "alive", errors: "" };

describe.each([["nobody"], ["uncaughtException"], ["stderr"]])("where %s listens for errors", (LISTENS) => {
  test.each([
    ["is closed", "2>&-", ""],
    ["is full", "2>/dev/full", ""],
    ["has no reader any more", "2> >(true)", ""],
    ["is closed by the program", "", "closes"],
    ["was ended by the program", "2> >(true)", "ends"],
    ["was destroyed by the program", "2> >(true)", "destroys"],
  ])("a stderr that %s costs the lines and nothing else", async (_, redirect, BEFORE) => {
    expect(await run({ redirect, env: { LISTENS, BEFORE } })).toMatchObject(PLAIN);
  });
});

test.each(["2>/dev/full", "2> >(true)"])(
  "a program that writes to stderr its own way is not hurt: %s",
  async (redirect) => {
    expect(await run({ redirect, env: { BEFORE: "patches" } })).toMatchObject(PLAIN);
  },
);

test("lines arrive, in order, where stderr takes them", async () => {
  const { stderr, ...how } = await run({});
  expect(how).toEqual(PLAIN);
  const said = [...stderr.matchAll(/^PHX502 A wrapper of the kind (\w+) /gm)].map(([, kind]) => kind);
  expect(said).toEqual(["LLM", "CHAIN", "TOOL", "AGENT", "EMBEDDING", "RETRIEVER", "PROMPT"]);
});

test("lines that a full pipe did not take wait for its reader, and the program does not", async () => {
  const { stderr, ...how } = await run({ env: { BEFORE: "fills", WAITS: "yes" } });
  expect(how).toEqual(PLAIN);
  expect(stderr).toMatch(/^x+PHX502 [^\n]* kind LLM /);
  expect(stderr.match(/^PHX502|xPHX502/gm)).toHaveLength(7);
});
