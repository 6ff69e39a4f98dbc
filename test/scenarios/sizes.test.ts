// Much at once, and large: bursts, requests over a server's limit, spans over any limit.
import { afterEach, describe, expect, it } from "vitest";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { startTracedApp, type TracedApp, type TracedAppOptions, WAYS } from "./traced-app.ts";

useFreshProcess();

const MEBIBYTE = 1024 * 1024;
const KIBIBYTE = 1024;

let app: TracedApp;
const start = async (options: TracedAppOptions): Promise<void> => {
  app = await startTracedApp(options);
};
afterEach(() => app.stop());

describe.each(WAYS)("over %s, without a loss", (way) => {
  it.each(["batch", "simple"] as const)("delivers a burst of 50,000 spans, %s", async (kind) => {
    await start({ way, kind, decode: "count" });
    app.endSpans(50_000);
    await app.receiver.waitForSpans(50_000);
    await app.processor.forceFlush();
    app.expectNoLoss(50_000);
    // Nothing was sent twice either.
    expect(app.receiver.spanIds).toHaveLength(50_000);
  });

  it("delivers 600 spans of 20 KB to a server that takes 4 MiB", async () => {
    await start({ way, decode: "count", maxBytes: 4 * MEBIBYTE });
    app.endSpans(600, 20 * KIBIBYTE);
    await app.processor.forceFlush();
    app.expectNoLoss(600);
    expect(app.receiver.requests.every(({ answered }) => answered === 200 || answered === 0)).toBe(true);
  });

  it("delivers 8 spans of 900 KB to a server that takes 4 MiB", async () => {
    await start({ way, decode: "count", maxBytes: 4 * MEBIBYTE });
    app.endSpans(8, 900 * KIBIBYTE);
    await app.processor.forceFlush();
    app.expectNoLoss(8);
    expect(app.receiver.spanIds).toHaveLength(8);
  });

  it("cuts one span of 12 MB for a server that takes 4 MiB, marks the cut, and names the span", async () => {
    const lines = collectLines();
    await start({ way, maxBytes: 4 * MEBIBYTE });
    app.tracer
      .startSpan("generate-answer", {
        attributes: { "input.value": "x".repeat(12_000_000), "llm.model_name": "kept" },
      })
      .end();
    app.endSpans(20);
    await app.processor.forceFlush();
    app.expectNoLoss(21);
    const span = app.receiver.uniqueSpans.find(({ name }) => name === "generate-answer");
    expect(span?.attributes["llm.model_name"]).toBe("kept");
    const value = span?.attributes["input.value"] as string;
    expect(value.length).toBeGreaterThan(MEBIBYTE);
    expect(value.length).toBeLessThan(4 * MEBIBYTE);
    expect(value.slice(-100)).toMatch(/x… \[cut, \d+ bytes\]$/);
    expect(lines.filter((line) => line.startsWith("PHX303"))).toEqual([
      expect.stringMatching(
        /^PHX303 Span "generate-answer" is 11\.4 MB, .*input\.value \(11\.4 MB\) was cut/,
      ),
    ]);
  });

  it("sends no request over 3.5 MiB by gRPC or 8 MiB by HTTP, and fills one that is needed", async () => {
    collectLines();
    await start({ way, decode: "count" });
    app.endSpans(2, 12 * MEBIBYTE);
    app.endSpans(3, MEBIBYTE);
    await app.processor.forceFlush();
    app.expectNoLoss(5);
    const largest = Math.max(...app.receiver.requests.map(({ byteLength }) => byteLength));
    const most = way === "grpc" ? 3.5 * MEBIBYTE : 8 * MEBIBYTE;
    expect(largest).toBeLessThanOrEqual(most);
    expect(largest).toBeGreaterThan(most - MEBIBYTE / 8);
  });

  it("delivers 600 spans of 20 KB behind a limit of 1 MiB, which no request reaches", async () => {
    await start({ way, decode: "count", maxBytes: MEBIBYTE });
    const lines = collectLines();
    app.endSpans(600, 20 * KIBIBYTE);
    await app.processor.forceFlush();
    app.expectNoLoss(600);
    expect(lines).toEqual([]);
  });

  it("finds out a limit of 256 KiB with 600 spans of 20 KB, and says it once", async () => {
    await start({ way, decode: "count", maxBytes: 256 * KIBIBYTE });
    const lines = collectLines();
    app.endSpans(600, 20 * KIBIBYTE);
    await app.processor.forceFlush();
    app.expectNoLoss(600);
    expect(lines).toEqual([
      expect.stringMatching(/^PHX311 .*\(from option endpoint\).* too large; .*Nothing is lost/),
    ]);
    // Learned once, the limit is kept: 12 MB in requests of at most 256 KiB, and few that were refused.
    expect(app.receiver.requests.length).toBeLessThan(120);
  });
});
