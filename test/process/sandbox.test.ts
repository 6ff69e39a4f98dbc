// Test runners run CommonJS in a sandbox: jest's has no import(), and with jsdom little of Node's globals.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { run } from "../support/run-program.ts";
import { programs } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

test.each(["http/protobuf", "grpc", "HTTPSpanExporter", "GRPCSpanExporter"])(
  "a span arrives from a sandbox by %s, though a part of the answer has to be read",
  async (way) => {
    receiver.respond(() => ({ kind: "partial", rejectedSpans: 0, errorMessage: "a remark" }));
    const endpoint = /grpc/i.test(way) ? receiver.grpcUrl : receiver.httpUrl;
    const result = await run(process.execPath, [path.join(programs, "sandboxed.cjs")], {
      WAY: way,
      ENDPOINT: endpoint,
    });
    expect(result.status).toBe(0);
    expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual(["in a sandbox"]);
    expect(result.stderr).not.toMatch(/Error|PHX3(?!13)/);
  },
);

test("nothing is read in a sandbox after its end", async () => {
  const result = await run(process.execPath, [path.join(programs, "sandboxed.cjs")], {
    WAY: "http/protobuf",
    ENDPOINT: receiver.httpUrl,
    TORN_DOWN: "true",
  });
  expect(result).toMatchObject({ status: 0, stderr: "" });
});
