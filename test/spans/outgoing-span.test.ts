import { createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { ConsoleSpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { changed, normalise, type OutgoingSpan } from "../../src/spans/outgoing-span.ts";
import { readableSpan } from "../otlp/generated-spans.ts";
import { altered, endedSpan, endedSpans, endedSpansOf1, fail, revoked } from "./ended-spans.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Every part of OpenTelemetry's span, by name. */
const PARTS = [
  "name",
  "kind",
  "startTime",
  "endTime",
  "duration",
  "ended",
  "status",
  "attributes",
  "events",
  "links",
  "resource",
  "instrumentationScope",
  "droppedAttributesCount",
  "droppedEventsCount",
  "droppedLinksCount",
] as const satisfies readonly (keyof ReadableSpan)[];

const partsOf = (span: OutgoingSpan): Record<string, unknown> => ({
  ...Object.fromEntries(PARTS.map((part) => [part, span[part]])),
  context: span.spanContext(),
  parent: span.parentSpanContext,
});

/** A span with something in every part. */
function richSpan(): ReadableSpan {
  return endedSpans((tracer) => {
    const root = tracer.startSpan("root");
    const context = trace.setSpan(ROOT_CONTEXT, root);
    const child = tracer.startSpan("child", { kind: SpanKind.CLIENT }, context);
    child.setAttributes({ text: "a", list: ["b", "c"], vector: [0.1, 0.2] });
    child.addEvent("event", { inside: 1 });
    child.addLink({ context: { ...root.spanContext(), traceState: createTraceState("a=1") } });
    child.setStatus({ code: SpanStatusCode.ERROR, message: "it broke" });
    child.end();
  })[0]!;
}

describe("normalise", () => {
  it("gives the very span back that OpenTelemetry 2.x made", () => {
    const span = richSpan();
    expect(normalise(span)).toBe(span);
  });

  it("gives any whole span back, whatever its attributes", () => {
    fc.assert(
      fc.property(readableSpan, (span) => {
        expect(partsOf(normalise(span))).toEqual(partsOf(span));
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it("makes a whole span of one of OpenTelemetry 1.x, in the words of both", () => {
    const [child, root] = endedSpansOf1((tracer) => {
      const parent = tracer.startSpan("root");
      const inside = tracer.startSpan("child", {}, trace.setSpan(ROOT_CONTEXT, parent));
      inside.setAttribute("a", 1);
      inside.end();
      parent.end();
    }).map(normalise);
    expect(child).toMatchObject({
      name: "child",
      instrumentationScope: { name: "old app", version: "0.1" },
      parentSpanContext: { traceId: root!.spanContext().traceId, spanId: root!.spanContext().spanId },
      attributes: { a: 1 },
      status: { code: SpanStatusCode.UNSET },
      ended: true,
      instrumentationLibrary: { name: "old app", version: "0.1" },
      parentSpanId: root!.spanContext().spanId,
    });
    expect(root!.parentSpanContext).toBeUndefined();
    expect(root!.resource.attributes["telemetry.sdk.version"]).toBe("1.30.1");
  });

  it("gives spans of one scope of OpenTelemetry 1.x one scope, so that they go in one group", () => {
    const [a, b] = endedSpansOf1((tracer) => {
      tracer.startSpan("a").end();
      tracer.startSpan("b").end();
    }).map(normalise);
    expect(a!.instrumentationScope).toBe(b!.instrumentationScope);
  });

  const whole = (span: ReadableSpan): void => {
    const parts = partsOf(span);
    expect(PARTS.filter((part) => parts[part] === undefined)).toEqual([]);
    expect(normalise(span)).toBe(span);
  };

  it.each(PARTS)("makes up what stands for a lacking or an unreadable %s, and keeps the rest", (part) => {
    const span = richSpan();
    for (const broken of [
      altered(span, { [part]: undefined }),
      altered(span, { [part]: null }),
      altered(span, { [part]: revoked() }),
      altered(span, { [part]: () => 1 }),
      altered(span, {}, part),
    ]) {
      const mended = normalise(broken);
      whole(mended);
      expect({ ...partsOf(mended), [part]: 0 }).toEqual({ ...partsOf(span), [part]: 0 });
    }
  });

  it.each([
    [
      "a trace state",
      (fault: object) => ({ spanContext: () => ({ ...richSpan().spanContext(), ...fault }) }),
    ],
    [
      "the parent's trace state",
      (fault: object) => ({ parentSpanContext: { traceId: "a", spanId: "b", traceFlags: 1, ...fault } }),
    ],
  ])("leaves out %s that cannot be written", (_, values) => {
    const mended = normalise(altered(richSpan(), values({ traceState: { serialize: fail } })));
    whole(mended);
    expect(mended.spanContext().traceState).toBeUndefined();
    expect(mended.spanContext().spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it("says which span is none: one without a context", () => {
    for (const spanContext of [fail, () => undefined, () => ({ traceId: "a" }), undefined, () => revoked()]) {
      expect(() => normalise(altered(endedSpan(), { spanContext }))).toThrow(Error);
    }
  });

  it("leaves out of attributes what cannot be read, wherever they stand", () => {
    const circular: Record<string, unknown> = { kept: 1 };
    circular.self = circular;
    let deep: unknown = "bottom";
    for (let level = 0; level < 50_000; level++) deep = [deep];
    const attributes = Object.defineProperty(
      {
        kept: "a",
        circular,
        deep,
        proxy: revoked(),
        listProxy: revoked([]),
        list: [1, revoked(), 3],
        inside: {
          kept: 1,
          throwing: Object.defineProperty({ kept: 2 }, "x", { enumerable: true, get: fail }),
        },
        bytes: new Uint8Array([1]),
        vector: new Float32Array([1, 2]),
      },
      "throwing",
      { enumerable: true, get: fail },
    );
    const link = { context: endedSpan().spanContext(), attributes };
    const event = { name: "event", time: [1, 2], attributes };
    const span = altered(endedSpan(), { attributes, events: [event], links: [link] });
    const mended = normalise(span);
    whole(mended);
    expect(mended.attributes).toEqual({
      kept: "a",
      circular: { kept: 1, self: undefined },
      deep: expect.any(Array) as unknown,
      proxy: undefined,
      listProxy: undefined,
      list: [1, undefined, 3],
      inside: { kept: 1, throwing: { kept: 2, x: undefined } },
      bytes: attributes.bytes,
      vector: attributes.vector,
      throwing: undefined,
    });
    expect(mended.events[0]?.attributes).toEqual(mended.attributes);
    expect(mended.links[0]?.attributes).toEqual(mended.attributes);
  });

  it("keeps what can be read of events, links and scope", () => {
    const link = { context: endedSpan().spanContext() };
    const span = altered(endedSpan(), {
      events: [
        {
          time: [1, 2],
          get name() {
            return fail();
          },
          attributes: { a: 1 },
        },
        undefined,
        { name: "kept", time: "soon" },
        revoked(),
      ],
      links: [{ ...link, attributes: revoked() }, { context: undefined }, fail],
      instrumentationScope: {
        name: "scope",
        get version() {
          return fail();
        },
      },
    });
    const mended = normalise(span);
    whole(mended);
    expect(mended.events).toMatchObject([
      { name: "unknown", time: [1, 2], attributes: { a: 1 } },
      { name: "kept", time: mended.startTime },
      { name: "unknown", time: mended.startTime },
    ]);
    expect(mended.links).toMatchObject([{ ...link, attributes: {} }]);
    expect(mended.instrumentationScope).toEqual({ name: "scope" });
    expect(normalise(span).instrumentationScope).toBe(mended.instrumentationScope);
  });

  it("takes one time for the other, and counts the duration from both", () => {
    const span = altered(endedSpan(), {
      startTime: [10, 900_000_000],
      endTime: [12, 100_000_000],
      duration: 0,
    });
    expect(normalise(span).duration).toEqual([1, 200_000_000]);
    expect(normalise(altered(span, { startTime: undefined })).startTime).toEqual([12, 100_000_000]);
    expect(normalise(altered(span, { endTime: "late" })).endTime).toEqual([10, 900_000_000]);
    const timeless = normalise(altered(span, { startTime: undefined, endTime: [Number.NaN, 0] }));
    expect(timeless.startTime[0]).toBeGreaterThan(1_700_000_000);
    expect(timeless.endTime).toEqual(timeless.startTime);
  });

  it("never throws, and gives a whole span, whatever stands in any part", () => {
    const span = endedSpan();
    const part = fc.constantFrom(...PARTS, "parentSpanContext", "instrumentationLibrary", "parentSpanId");
    const value = fc.anything({
      withNullPrototype: true,
      withBigInt: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    fc.assert(
      fc.property(fc.dictionary(part, value), fc.array(part, { maxLength: 3 }), (values, unreadable) => {
        const before = { ...values };
        whole(normalise(altered(span, values, ...unreadable)));
        expect(values).toEqual(before);
      }),
      { numRuns: 1000, seed: 11 },
    );
  });
});

describe("changed", () => {
  it("gives a new span with every part, and leaves the old one as it is", () => {
    const span = richSpan();
    const before = partsOf(span);
    const next = changed(span, { name: "new", attributes: { a: 1 } });
    expect(partsOf(next)).toEqual({ ...before, name: "new", attributes: { a: 1 } });
    expect(partsOf(span)).toEqual(before);
    whole(next);
    function whole(each: OutgoingSpan): void {
      expect(normalise(each)).toBe(each);
    }
  });

  it("makes a root of a span, or hangs it under another parent", () => {
    const span = richSpan();
    const parent = endedSpan().spanContext();
    expect(changed(span, { parentSpanContext: parent }).parentSpanContext).toBe(parent);
    expect(changed(span, { parentSpanContext: undefined }).parentSpanContext).toBeUndefined();
  });

  it("says it in the words of OpenTelemetry 1.x too where the span came with them", () => {
    const old = normalise(endedSpansOf1((tracer) => tracer.startSpan("old").end())[0]!);
    const parent = endedSpan().spanContext();
    expect(changed(old, { parentSpanContext: parent })).toMatchObject({
      parentSpanId: parent.spanId,
      instrumentationLibrary: { name: "old app" },
    });
    expect(changed(richSpan(), {})).not.toHaveProperty("instrumentationLibrary");
  });

  it("serves exporters of OpenTelemetry as the live span does", () => {
    const span = richSpan();
    const serialize = (each: ReadableSpan): Uint8Array | undefined =>
      ProtobufTraceSerializer.serializeRequest([each]);
    expect(serialize(changed(span, {}))).toEqual(serialize(span));
    const printed: unknown[] = [];
    vi.spyOn(console, "dir").mockImplementation((value: unknown) => void printed.push(value));
    for (const each of [span, changed(span, {})]) new ConsoleSpanExporter().export([each], () => undefined);
    expect(printed[1]).toEqual(printed[0]);
  });
});
