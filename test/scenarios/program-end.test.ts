// The scenarios again, where the process ends as soon as the spans did and only the exit flush is left.
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ProgramResult, programs, runProgram } from "../process/run-program.ts";
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from "../support/otlp-receiver.ts";

const program = path.join(programs, "end.mjs");
let receiver: OtlpReceiver;
const start = async (options: OtlpReceiverOptions = {}): Promise<void> => {
  receiver = await startOtlpReceiver({ decode: "count", ...options });
};
afterEach(() => receiver.stop());

/** Ends spans and calls process.exit(7) in the same turn. */
const exitAtOnce = (WAY: string, spans: number, bytes: number): Promise<ProgramResult> =>
  runProgram(program, {
    env: {
      WAY,
      HTTP_URL: receiver.httpUrl,
      GRPC_URL: receiver.grpcUrl,
      END: "exit-7",
      SPANS: String(spans),
      BYTES: String(bytes),
    },
  });

const MEBIBYTE = 1024 * 1024;

describe.each(["http", "grpc", "grpc-first"])(
  "a program that exits at once, over %s, loses nothing",
  (way) => {
    it("of a burst of 50,000 spans", async () => {
      await start();
      const end = await exitAtOnce(way, 50_000, 500);
      expect(receiver.uniqueSpanCount).toBe(50_000);
      expect(end).toMatchObject({ code: 7, stdout: "", stderr: "" });
    });

    it("to a server that takes 500 ms for each request", async () => {
      await start();
      receiver.delay(500);
      const end = await exitAtOnce(way, 1_000, 2_000);
      expect(receiver.uniqueSpanCount).toBe(1_000);
      expect(end).toMatchObject({ code: 7, stdout: "", stderr: "" });
    });

    it("of 600 spans of 20 KB behind a limit of 256 KiB", async () => {
      await start({ maxBytes: MEBIBYTE / 4 });
      const end = await exitAtOnce(way, 600, 20 * 1024);
      expect(receiver.uniqueSpanCount).toBe(600);
      expect(end).toMatchObject({ code: 7, stdout: "" });
      expect(end.stderr).toMatch(/^PHX311 .*\n$/);
    });

    it("but the middle of a span of 12 MB, to a server that takes 4 MiB", async () => {
      await start({ maxBytes: 4 * MEBIBYTE });
      const end = await exitAtOnce(way, 1, 12_000_000);
      expect(receiver.uniqueSpanCount).toBe(1);
      expect(end).toMatchObject({ code: 7, stdout: "" });
      expect(end.stderr).toMatch(/^PHX303 Span "span-0" is 11\.4 MB, .*input\.value \(11\.4 MB\) was cut/);
      expect(end.stderr).not.toContain("PHX401");
    });
  },
);
