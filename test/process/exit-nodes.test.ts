// Every kind of end on the other Nodes that people have; on this one the other files of this folder have them all.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NODE_VERSIONS, runOnNode } from "../support/node-versions.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { programs } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

const others = NODE_VERSIONS.filter((version) => !process.versions.node.startsWith(`${version}.`));

describe.each(others)("on Node %s", (version) => {
  const run = (program: string, environment: Record<string, string>) =>
    runOnNode(version, [path.join(programs, program)], {
      WAY: "http",
      HTTP_URL: receiver.httpUrl,
      GRPC_URL: receiver.grpcUrl,
      OTEL_BSP_SCHEDULE_DELAY: "60000",
      ...environment,
    });

  test.each([
    ["natural", 0],
    ["exit-7", 7],
    ["throw", 1],
    ["reject", 1],
    ["late-span", 2],
    ["sigterm", "SIGTERM"],
    ["sigterm-graceful", 8],
    ["sigint-signal-exit", "SIGINT"],
    ["worker", 0],
  ])("%s delivers and keeps its status", async (END, status) => {
    const isWorker = END === "worker";
    const result = await run("end.mjs", { END, WAY: "grpc", ...(isWorker && { IN_WORKER: "exit-7" }) });
    expect(receiver.uniqueSpanCount).toBeGreaterThanOrEqual(isWorker ? 20 : 10);
    expect(result.status).toBe(status);
    expect(result.stderr).not.toContain("PHX");
  });

  test.each([
    ["exit", "exit", 3],
    ["beforeExit", "SIGHUP", "SIGHUP"],
    ["SIGTERM", "again", "SIGTERM"],
  ])("a listener to %s that ends it by %s delivers before", async (WHERE, HOW, status) => {
    const result = await run("ends-itself.mjs", { WHERE, HOW, WHEN: "older" });
    expect(receiver.uniqueSpanCount).toBe(1);
    expect(result).toMatchObject({ status, stderr: "" });
  });

  test("a working directory that is gone is no hindrance", async () => {
    const result = await run("removed-directory.mjs", { WHEN: "before the end", END: "asks" });
    expect(receiver.uniqueSpanCount).toBe(1);
    expect(result).toMatchObject({ status: 0, stdout: "ENOENT", stderr: "" });
  });
});
