// A Next.js application with the packed package: `next build` with both bundlers, standalone, `next dev`, an edge route and
// an edge middleware, a page that runs in the browser.
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, Project } from "../support/project.ts";
import { serve } from "../support/web-server.ts";

const NEXT = "node_modules/next/dist/bin/next";
const START = [NEXT, "start", "--port", "PORT"];
const BUILD_MILLIS = 900_000;

const SPANS = ["chain in a span of the framework", "plain in tool", "tool in chain"];
const ANSWERS = { "/edge": "1 answered at the edge", "/forbidden": "forbidden" };

let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

/** Nothing of ours, and nothing of a bundler about us. */
const OURS = /PHX\d|phoenix-otel/;

async function build(project: Project, ...args: string[]): Promise<void> {
  await rm(path.join(project.folder, ".next"), { recursive: true, force: true });
  const command = [NEXT, "build", ...args];
  const { code, stdout, stderr } = await project.run(
    process.execPath,
    command,
    { NEXT_TELEMETRY_DISABLED: "1" },
    { timeoutMillis: BUILD_MILLIS },
  );
  expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
  expect(stdout + stderr).not.toMatch(OURS);
}

describe("Next.js 16", () => {
  let project: Project;
  beforeAll(async () => {
    project = await installProject("next");
  });
  afterAll(() => project.remove());

  it.each(["--turbopack", "--webpack"])(
    "built with %s is traced over both protocols, its edge route and middleware run, standalone too",
    async (bundler) => {
      await build(project, bundler);
      const started = await serve(project, receiver, START, Object.keys(ANSWERS));
      expect(started).toMatchObject({ spans: SPANS, answers: ANSWERS });
      expect(started.stdout + started.stderr).not.toMatch(OURS);

      receiver.forget();
      const byGrpc = {
        PHOENIX_COLLECTOR_ENDPOINT: "",
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl,
        OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      };
      expect((await serve(project, receiver, START, [], byGrpc)).spans).toEqual(SPANS);
      expect(new Set(receiver.requests.map(({ protocol }) => protocol))).toEqual(new Set(["grpc"]));

      receiver.forget();
      // Away from what is installed: only what Next.js copied is there.
      const standalone = new Project(`${project.folder}-standalone`);
      try {
        await cp(path.join(project.folder, ".next/standalone"), standalone.folder, { recursive: true });
        const served = await serve(standalone, receiver, ["server.js"], Object.keys(ANSWERS));
        expect(served).toMatchObject({ spans: SPANS, answers: ANSWERS });
      } finally {
        await standalone.remove();
      }
    },
  );

  it("next dev is traced", async () => {
    const dev = [NEXT, "dev", "--port", "PORT"];
    const { stdout, stderr, ...served } = await serve(project, receiver, dev, Object.keys(ANSWERS));
    expect(served).toMatchObject({ spans: SPANS, answers: ANSWERS });
    expect(stdout + stderr).not.toMatch(OURS);
  });
});

describe("Next.js 15", () => {
  let project: Project;
  beforeAll(async () => {
    project = await installProject("next15");
  });
  afterAll(() => project.remove());

  it("built and started is traced, its edge route and middleware run", async () => {
    await build(project);
    const started = await serve(project, receiver, START, Object.keys(ANSWERS));
    expect(started).toMatchObject({ spans: SPANS, answers: ANSWERS });
    expect(started.stdout + started.stderr).not.toMatch(OURS);
  });
});
