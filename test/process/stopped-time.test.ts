// Tests stop the time: sinon, node:test and plain stubs. Spans arrive all the same, promises resolve, and the process ends.
import { createServer } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramEnd, run } from "../support/run-program.ts";
import { programs } from "./run-program.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

interface Stopped {
  readonly by: "sinon" | "sinon, required" | "node:test" | "stubs";
  readonly when: "before the import" | "before register()" | "between spans";
  readonly end: string;
  readonly protocol?: "http/protobuf" | "grpc";
  readonly endpoint?: string;
}

function runStopped({ by, when, end, protocol = "http/protobuf", endpoint }: Stopped): Promise<ProgramEnd> {
  const taken = protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl;
  return run(process.execPath, ["--no-warnings", path.join(programs, "stopped-time.mjs")], {
    STOPPED_BY: by,
    WHEN: when,
    END: end,
    PROTOCOL: protocol,
    ENDPOINT: endpoint ?? taken,
  });
}

const names = (): string[] => receiver.uniqueSpans.map(({ name }) => name).toSorted();

describe.each(["sinon", "sinon, required", "node:test", "stubs"] as const)("time stopped by %s", (by) => {
  test.each(["before the import", "before register()", "between spans"] as const)(
    "%s keeps no span from arriving",
    async (when) => {
      const result = await runStopped({ by, when, end: "flush()" });
      const spans = when === "between spans" ? ["plain", "wrapped", "wrapped"] : ["plain", "wrapped"];
      expect(result).toMatchObject({ status: 0, stderr: "" });
      expect(JSON.parse(result.stdout)).toEqual({ delivered: spans.length, pending: 0, dropped: 0 });
      expect(names()).toEqual(spans);
    },
  );
});

describe.each(["http/protobuf", "grpc"] as const)("by %s, with sinon's time standing still,", (protocol) => {
  test.each([
    ["process.exit()", 3],
    ["a natural end", 0],
    ["SIGTERM", "SIGTERM"],
    ["an error", 1],
    ["forceFlush()", 0],
    ["shutdown()", 0],
    ["withFlush()", 0],
    ["time that goes on", 0],
  ])("everything arrives before %s", async (end, status) => {
    const result = await runStopped({ by: "sinon", when: "between spans", end, protocol });
    expect(result.status).toBe(status);
    expect(result.stderr).not.toContain("PHX");
    const others = end === "withFlush()" ? ["in a handler"] : [];
    expect(names()).toEqual([...others, "plain", "wrapped", "wrapped"]);
  });
});

test.each([
  ["process.exit()", 3],
  ["a natural end", 0],
  ["SIGTERM", "SIGTERM"],
  ["flush()", 0],
  ["shutdown()", 0],
  ["withFlush()", 0],
])("a server that never answers does not hold %s for ever", async (end, status) => {
  const server = createServer((socket) => socket.on("error", () => undefined));
  const endpoint = `http://127.0.0.1:${await listenOnOwnPort(server)}`;
  const result = await runStopped({ by: "sinon", when: "before register()", end, endpoint });
  server.close();
  expect(result.status).toBe(status);
  expect(result.stderr).toMatch(/^PHX(401|318) /m);
});
