// Servers of other frameworks, built for production, with the packed package: each in a folder of test/projects.
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject } from "../support/project.ts";
import { serve } from "../support/web-server.ts";

const BUILD_MILLIS = 300_000;

let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const bin = (name: string): string => path.join("node_modules", name);

const HOME = { "/": expect.stringContaining("<p>HOME</p>") as string };

/** How each is built and started, and what it answers: a page uses our wrappers too. */
const SERVERS: readonly [name: string, build: string[], start: string[], answers: Record<string, string>][] =
  [
    ["nitro", [bin("nitropack/dist/cli/index.mjs"), "build"], [".output/server/index.mjs"], {}],
    ["sveltekit", [bin("vite/bin/vite.js"), "build"], ["build/index.js"], HOME],
    [
      "astro",
      [bin("astro/astro.js"), "build"],
      ["dist/server/entry.mjs"],
      { "/": expect.stringContaining("<script") as string },
    ],
    [
      "react-router",
      [bin("@react-router/dev/bin.js"), "build"],
      ["--import", "./instrumentation.mjs", bin("@react-router/serve/bin.js"), "build/server/index.js"],
      HOME,
    ],
    ["nest", [bin("typescript/bin/tsc"), "-p", "."], ["dist/main.js"], {}],
  ];

it.each(SERVERS)("%s: a whole trace arrives, nothing is said of us", async (name, build, start, answers) => {
  const project = await installProject(name);
  try {
    const built = await project.run(
      process.execPath,
      build,
      { ASTRO_TELEMETRY_DISABLED: "1" },
      {
        timeoutMillis: BUILD_MILLIS,
      },
    );
    const output = built.stdout + built.stderr;
    expect({ code: built.code, output: built.code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    expect(output).not.toMatch(/PHX\d|phoenix-otel/);

    const served = await serve(project, receiver, start, Object.keys(answers));
    expect(served.answers).toEqual(answers);
    expect(served.spans).toEqual(["chain", "plain in tool", "tool in chain"]);
    expect(served.stdout + served.stderr).not.toMatch(/PHX\d/);
  } finally {
    await project.remove();
  }
});
