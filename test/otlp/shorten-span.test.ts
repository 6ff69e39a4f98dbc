import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { Attributes } from "@opentelemetry/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { encodeSpan, type EncodedSpan } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner } from "../../src/otlp/join-request.ts";
import { shortenSpan } from "../../src/otlp/shorten-span.ts";
import { readableSpan } from "./generated-spans.ts";

const decode = (span: EncodedSpan) => decodeSpans(createRequestJoiner()([span])).at(0)!;

function encoded(attributes: Attributes, event: Attributes = {}): EncodedSpan {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const span = provider.getTracer("large").startSpan("generate-answer", { attributes });
  span.addEvent("exception", event);
  span.end();
  return encodeSpan(exporter.getFinishedSpans().at(0)!);
}

describe("shortenSpan", () => {
  it("cuts the longest values to fit and keeps the rest as it is", () => {
    const span = encoded(
      { "input.value": "i".repeat(9_000_000), "output.value": "short", count: 3, tags: ["a", "b"] },
      { "exception.stacktrace": "s".repeat(3_000_000) },
    );
    const limit = 3_500_000;
    const { item, cuts } = shortenSpan(span, limit)!;
    expect(item.byteLength).toBeLessThanOrEqual(limit);
    expect(item.byteLength).toBeGreaterThan(limit - 100);
    expect(cuts).toEqual([
      { key: "input.value", bytes: 9_000_000 },
      { key: "exception.stacktrace", bytes: 3_000_000 },
    ]);
    const { attributes, events } = decode(item);
    expect(attributes).toMatchObject({ "output.value": "short", count: 3, tags: ["a", "b"] });
    expect(attributes["input.value"]).toMatch(/^i{1000,}… \[cut, 9000000 bytes\]$/);
    expect(events.at(0)!.attributes["exception.stacktrace"]).toMatch(/^s+… \[cut, 3000000 bytes\]$/);
  });

  it("cuts text between characters, and values inside arrays", () => {
    const span = encoded({ list: ["語".repeat(1000), "keep", "🦉".repeat(1000)] });
    for (let limit = 1500; limit < 1520; limit++) {
      const list = decode(shortenSpan(span, limit)!.item).attributes.list as string[];
      expect(list[1]).toBe("keep");
      expect(list[0]).toMatch(/^語+… \[cut, 3000 bytes\]$/u);
      expect(list[2]).toMatch(/^🦉+… \[cut, 4000 bytes\]$/u);
    }
  });

  it("gives up on a span that fits, and on one made of small parts", () => {
    expect(shortenSpan(encoded({ text: "fits" }), 10_000)).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key-${i}`, "small"]));
    expect(shortenSpan(encoded(many), 500)).toBeUndefined();
  });

  it("always fits, whatever the span is made of", () => {
    fc.assert(
      fc.property(readableSpan, fc.integer({ min: 300, max: 20_000 }), (readable, limit) => {
        const span = encodeSpan(readable);
        const shortened = shortenSpan(span, limit);
        if (shortened === undefined) return;
        expect(shortened.item.byteLength).toBeLessThanOrEqual(limit);
        const before = decode(span);
        const after = decode(shortened.item);
        expect(Object.keys(after.attributes)).toEqual(Object.keys(before.attributes));
        expect({ ...after, attributes: 0, events: 0, links: 0, name: 0, status: 0 }).toEqual({
          ...before,
          attributes: 0,
          events: 0,
          links: 0,
          name: 0,
          status: 0,
        });
      }),
      { numRuns: 500 },
    );
  });
});
