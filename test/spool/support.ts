// What the tests of the spool share: a folder, a process's leavings in it, and a process that comes after.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished, vi } from "vitest";
import { type DeliveryStats, TracerProvider, type TracerProviderOptions } from "../../src/index.ts";
import type { OtlpReceiver } from "../support/otlp-receiver.ts";

/** A path in a folder of its own, which goes with the test. */
export function newFolder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "spool-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return path.join(made, "spool");
}

/** The names in a folder with an ending. */
export function namesIn(folder: string, ending = ""): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .toSorted()
    : [];
}

/** A provider that sends by HTTP to a receiver, and has a spool. */
export function spooling(
  receiver: OtlpReceiver,
  spool: TracerProviderOptions["spool"],
  options: TracerProviderOptions = {},
): TracerProvider {
  return new TracerProvider({
    endpoint: receiver.httpUrl,
    protocol: "http/protobuf",
    flushOnExit: false,
    ...(spool !== undefined && { spool }),
    ...options,
  });
}

/** Ends spans of about so many bytes. */
export function endSpans(provider: TracerProvider, count: number, bytes = 100, prefix = "span"): void {
  const tracer = provider.getTracer("spool");
  for (let index = 0; index < count; index++) {
    tracer.startSpan(`${prefix}-${index}`, { attributes: { "input.value": "x".repeat(bytes) } }).end();
  }
}

/** Leaves spans in a folder as a process does whose server refuses them, and gives the counters at its end. */
export async function leave(
  receiver: OtlpReceiver,
  spool: TracerProviderOptions["spool"],
  { count = 10, bytes = 100, prefix = "left", ...options }: LeaveOptions = {},
): Promise<DeliveryStats> {
  receiver.respond(() => ({ kind: "http", status: 401, body: "no" }));
  // One request at a time: none is on its way any more when the other one's answer ends the shutdown.
  const provider = spooling(receiver, spool, { batch: false, ...options });
  endSpans(provider, count, bytes, prefix);
  await provider.shutdown({ timeoutMillis: 2_000 });
  receiver.respond(undefined);
  receiver.forget();
  return provider.stats();
}

/** How much is left, and by whom. */
export interface LeaveOptions extends TracerProviderOptions {
  count?: number;
  bytes?: number;
  prefix?: string;
}

/** Sends what is in a folder, as the next process does, and gives its counters. */
export async function comeAfter(
  receiver: OtlpReceiver,
  spool: TracerProviderOptions["spool"],
  options: TracerProviderOptions = {},
): Promise<DeliveryStats> {
  const provider = spooling(receiver, spool, options);
  await provider.forceFlush();
  const stats = provider.stats();
  await provider.shutdown();
  return stats;
}

/** The lines that are said from now on. */
export function listen(): string[] {
  const said: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void said.push(line));
  onTestFinished(() => spy.mockRestore());
  return said;
}
