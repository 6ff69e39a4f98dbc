import { isValidSpanId, isValidTraceId } from "@opentelemetry/api";
import { describe, expect, it, vi } from "vitest";
import { TracerProvider } from "../src/index.ts";
import { RandomIds } from "../src/random-ids.ts";
import { useFreshProcess } from "./support/fresh-process.ts";

useFreshProcess();

describe("ids", () => {
  it("are valid, and other ones each time", () => {
    const ids = new RandomIds();
    const pairs = Array.from({ length: 2_000 }, () => [ids.generateTraceId(), ids.generateSpanId()] as const);
    expect(pairs.every(([traceId, spanId]) => isValidTraceId(traceId) && isValidSpanId(spanId))).toBe(true);
    expect(new Set(pairs.flat()).size).toBe(4_000);
  });

  it("of two programs that seed Math.random alike differ", () => {
    const run = (): string[] => {
      let seed = 42;
      vi.spyOn(Math, "random").mockImplementation(
        () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
      );
      const tracer = new TracerProvider({ spanProcessors: [] }).getTracer("seeded");
      const { traceId, spanId } = tracer.startSpan("one").spanContext();
      return [traceId, spanId];
    };
    expect(new Set([...run(), ...run()]).size).toBe(4);
  });
});
