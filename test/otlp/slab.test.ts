import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EncodedSpan, encodeSpan, releaseSpan } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner } from "../../src/otlp/join-request.ts";
import { shortenSpan } from "../../src/otlp/shorten-span.ts";
import { SLAB_BYTES } from "../../src/otlp/slab.ts";
import { readableSpan } from "./generated-spans.ts";

const join = createRequestJoiner();
const joined = (spans: readonly EncodedSpan[]): Buffer => Buffer.from(join(spans));
const stock = (spans: readonly ReadableSpan[]): Buffer =>
  Buffer.from(ProtobufTraceSerializer.serializeRequest([...spans])!);

const template = fc.sample(readableSpan, { numRuns: 1, seed: 7 }).at(0)!;
const withText = (text: string): ReadableSpan => ({ ...template, attributes: { "input.value": text } });
const slabsOf = (spans: readonly EncodedSpan[]): Set<unknown> => new Set(spans.map(({ slab }) => slab));

describe("the memory of encoded spans", () => {
  it("keeps a span's bytes until it is released, whatever is encoded and released meanwhile", () => {
    const size = fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 100_000 }));
    const step = fc.record({ size, release: fc.nat({ max: 20 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 100 }), (steps) => {
        const alive: { span: ReadableSpan; encoded: EncodedSpan }[] = [];
        for (const [index, { size, release }] of steps.entries()) {
          const span = withText(`${index} ${"é".repeat(size % 7)}${"x".repeat(size)}`);
          alive.push({ span, encoded: encodeSpan(span) });
          if (release < alive.length) releaseSpan(alive.splice(release, 1)[0]!.encoded);
        }
        const theirs = stock(alive.map(({ span }) => span));
        expect(joined(alive.map(({ encoded }) => encoded)).equals(theirs)).toBe(true);
        for (const { encoded } of alive) releaseSpan(encoded);
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it("is used again once every span in it is released", () => {
    const rounds = Array.from({ length: 20 }, () => {
      const spans = Array.from({ length: 200 }, () => encodeSpan(withText("x".repeat(2000))));
      const slabs = slabsOf(spans);
      for (const span of spans) releaseSpan(span);
      return slabs;
    });
    const all = new Set(rounds.flatMap((slabs) => [...slabs]));
    expect(all.size).toBeLessThanOrEqual(4);
  });

  it("is a long span's own, as large as the span", () => {
    for (const bytes of [SLAB_BYTES / 3, SLAB_BYTES, 3 * SLAB_BYTES]) {
      const span = withText("x".repeat(bytes));
      const encoded = encodeSpan(span);
      expect(encoded.slab!.buffer.byteLength).toBe(encoded.byteLength);
      expect(joined([encoded]).equals(stock([span]))).toBe(true);
    }
  });

  it("is not read for a span that was released", () => {
    const [kept, released] = ["kept", "released"].map((text) => encodeSpan(withText(text)));
    releaseSpan(released!);
    releaseSpan(released!);
    expect(joined([kept!, released!]).equals(stock([withText("kept")]))).toBe(true);
    expect(shortenSpan(released!, 1)).toBeUndefined();
  });
});
