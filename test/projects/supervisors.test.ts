// Signals by way of what starts programs: the spans arrive, and the end is the one that it is without the package.
import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Child, Ending } from "../support/child.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, type Project } from "../support/project.ts";

let project: Project;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await installProject("supervisors");
  // The same for what compiles TypeScript.
  await copyFile(path.join(project.folder, "server.mjs"), path.join(project.folder, "server.ts"));
});
afterAll(() => project.remove());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

/** Nothing is sent before the end. */
const environment = (more: Record<string, string>): Record<string, string> => ({
  PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
  OTEL_BSP_SCHEDULE_DELAY: "60000",
  PM2_HOME: path.join(project.folder, ".pm2"),
  NO_COLOR: "1",
  npm_config_update_notifier: "false",
  ...more,
});

const inModules = (file: string): string => path.join("node_modules", file);

type Supervisor = readonly [command: string, args: readonly string[], programs: number];

const NODEMON: Supervisor = [process.execPath, [inModules("nodemon/bin/nodemon.js"), "server.mjs"], 1];
const SUPERVISORS: Readonly<Record<string, Supervisor>> = {
  tsx: [process.execPath, [inModules("tsx/dist/cli.mjs"), "server.ts"], 1],
  nodemon: NODEMON,
  concurrently: [
    process.execPath,
    [inModules("concurrently/dist/bin/index.js"), "node server.mjs", "node server.mjs"],
    2,
  ],
  PM2: [process.execPath, [inModules("pm2/bin/pm2-runtime"), "server.mjs"], 1],
};

/** As from a terminal: all of the processes get it. */
const pressControlC = ({ process: { pid = 0 } }: Child): void => void process.kill(-pid, "SIGINT");

/** Ends what is left of a supervisor that failed. */
function endAllOf({ process: { pid = 0 } }: Child): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left.
  }
}
const terminate = (child: Child): void => void child.process.kill("SIGTERM");

/** Starts it, waits until the programs are ready, sends the signal, and gives how it ended. */
async function end(
  [command, args, programs]: Supervisor,
  send: (child: Child) => void,
  more: Record<string, string>,
): Promise<Ending> {
  const child = project.start(command, args, environment(more), { hasOwnGroup: true });
  onTestFinished(() => endAllOf(child));
  await child.until("stdout", new RegExp(`(?:ready[^]*){${programs}}`));
  send(child);
  return await child.ended;
}

const howItEnded = ({ code, signal }: Ending): unknown => ({ code, signal });

describe.each(Object.entries(SUPERVISORS))("%s", (name, supervisor) => {
  // tsx sends SIGKILL to a program that does not answer within 30 ms, which a busy machine may not let it.
  const retry = name === "tsx" ? 4 : 0;

  it.each([
    ["Ctrl-C", pressControlC, {}],
    ["Ctrl-C, and a listener of the program", pressControlC, { LISTENS: "yes" }],
    ["SIGTERM to the supervisor", terminate, {}],
    ["SIGTERM to the supervisor, and a listener of the program", terminate, { LISTENS: "yes" }],
  ])("%s: every span arrives, and it ends as without the package", { retry }, async (_how, send, more) => {
    const plain = await end(supervisor, send, { ...more, PLAIN: "yes" });
    const ending = await end(supervisor, send, more);
    expect(howItEnded(ending)).toEqual(howItEnded(plain));
    expect(`${ending.stdout}${ending.stderr}`).not.toMatch(/PHX\d/);
    expect(receiver.uniqueSpans.map((span) => span.name)).toEqual(
      Array.from({ length: supervisor[2] }, () => "work"),
    );
  });
});

it("nodemon starts the program again by SIGUSR2: the span of each arrives", async () => {
  const [command, args] = NODEMON;
  const child = project.start(command, args, environment({}), { hasOwnGroup: true });
  onTestFinished(() => endAllOf(child));
  await child.until("stdout", /ready/);
  await writeFile(path.join(project.folder, "changed.mjs"), "");
  await child.until("stdout", /ready[^]*ready/);
  pressControlC(child);
  await child.ended;
  expect(receiver.uniqueSpanCount).toBe(2);
});
