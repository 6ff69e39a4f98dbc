// Bun and Deno run what Node runs: wrappers nest, everything arrives, whatever way the process ends.
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, type Project } from "../support/project.ts";

let project: Project;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await installProject("runtimes");
});
afterAll(() => project.remove());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const bin = (name: string): string => path.join(project.folder, "node_modules/.bin", name);
const RUNTIMES = {
  bun: () => [bin("bun")],
  deno: () => [bin("deno"), "run", "--allow-all"],
};

const endpoints = {
  "http/protobuf": () => ({ PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` }),
  grpc: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }),
};

/** Runs the program to this end; gives how it ended, what of ours it said, and what arrived. */
async function run(
  [command = "", ...args]: readonly string[],
  end: string,
  protocol: keyof typeof endpoints = "http/protobuf",
): Promise<Record<string, unknown>> {
  // Each project has a folder of its own, and so has what Deno keeps.
  const variables = { ...endpoints[protocol](), DENO_DIR: path.join(project.folder, "deno"), NO_COLOR: "1" };
  const ending = await project.run(command, [...args, "program.mjs", end], variables);
  const names = new Map(receiver.uniqueSpans.map(({ spanId, name }) => [spanId, name]));
  const spans = receiver.uniqueSpans.map(
    ({ name, parentSpanId }) => `${name} in ${names.get(parentSpanId ?? "") ?? "nothing"}`,
  );
  return {
    ended: ending.signal ?? ending.code,
    said: ending.stderr.split("\n").filter((line) => line.includes("PHX")),
    spans: spans.toSorted(),
  };
}

const SPANS = ["chain in nothing", "tool in chain"];

describe.each(["bun", "deno"] as const)("%s", (runtime) => {
  it.each([
    ["natural", 0],
    ["flush", 0],
    ["exit", 3],
    ["sigterm", "SIGTERM"],
    ["uncaught", 1],
    ["rejected", 1],
  ])("delivers before it ends: %s", async (end, ended) => {
    expect(await run(RUNTIMES[runtime](), end)).toEqual({ ended, said: [], spans: SPANS });
  });

  it.each([
    ["natural", 0],
    ["exit", 3],
    ["sigterm", "SIGTERM"],
    ["uncaught", 1],
  ])("delivers by gRPC before it ends: %s", async (end, ended) => {
    expect(await run(RUNTIMES[runtime](), end, "grpc")).toEqual({ ended, said: [], spans: SPANS });
  });
});

describe("deno with few permissions", () => {
  const deno = (...permissions: string[]): string[] => [bin("deno"), "run", "--no-prompt", ...permissions];

  it.each(["natural", "exit", "uncaught"])("needs no --allow-sys and no --allow-read: %s", async (end) => {
    expect(await run(deno("--allow-env", "--allow-net"), end)).toMatchObject({ said: [], spans: SPANS });
  });

  it("says what it needs, where nothing can be sent", async () => {
    const { ended, said } = await run(deno("--allow-env", "--allow-read"), "natural");
    expect(ended).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^PHX401 2 spans were not delivered.*--allow-net/)]);
  });
});
