// What spans cost while nobody takes them, and once they are taken, measured in a process of its own.
import path from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { checkout, run } from "../support/run-program.ts";
import { startOtlpReceiver } from "../support/otlp-receiver.ts";

const MEBIBYTE = 1024 * 1024;

/** An address where nothing listens: a receiver was there a moment ago. */
let nowhere: string;
beforeAll(async () => {
  const receiver = await startOtlpReceiver();
  nowhere = receiver.httpUrl;
  await receiver.stop();
});

async function measure(program: string, settings = {}): Promise<Record<string, number>> {
  const file = path.join(checkout, "test/scenarios/programs", program);
  const environment = { ENDPOINT: nowhere, ...settings };
  const end = await run(process.execPath, ["--expose-gc", "--import", "tsx", file], environment);
  expect(end).toMatchObject({ status: 0 });
  return JSON.parse(end.stdout) as Record<string, number>;
}

it("keeps no span object once the span has ended", async () => {
  expect(await measure("held-spans.ts")).toEqual({ left: 0, pending: 1_000 });
});

it("holds 64 MiB of spans in little more memory than that, and counts what found no room", async () => {
  const { most, heldBytes, emitted, refused, pending } = await measure("held-memory.ts");
  expect(emitted).toBe(40_000);
  expect(refused! + pending!).toBe(40_000);
  expect(refused).toBeGreaterThan(1_000);
  expect(heldBytes).toBeLessThanOrEqual(64 * MEBIBYTE);
  expect(most).toBeGreaterThan(32 * MEBIBYTE);
  expect(most).toBeLessThan(72 * MEBIBYTE);
});

it.each(["http/protobuf", "grpc"])(
  "writes new spans where delivered ones were, over %s",
  async (protocol) => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.stop());
    const ENDPOINT = protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl;
    const settings = { ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
    const { most, delivered, heldBytes } = await measure("settled-memory.ts", settings);
    expect({ delivered, heldBytes }).toEqual({ delivered: 1_050, heldBytes: 0 });
    expect(most).toBeLessThan(4 * MEBIBYTE);
  },
);
