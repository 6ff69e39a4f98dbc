import { context, type HrTime, SpanKind, SpanStatusCode, trace, TraceFlags } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSpans } from "../../../src/collector/receive/decode-spans.ts";
import { readSpanIds } from "../../support/otlp-messages.ts";

const PARENT = {
  traceId: "5b8aa5a2d2c872e8321cf37308d69df2",
  spanId: "051581bf3cb55c13",
  traceFlags: TraceFlags.SAMPLED,
};

const record = (make: (tracer: ReturnType<BasicTracerProvider["getTracer"]>) => void): ReadableSpan[] => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "shop", "host.cpus": 8 }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  make(provider.getTracer("my-scope", "1.2.3"));
  return exporter.getFinishedSpans();
};

const encode = (spans: ReadableSpan[]): Uint8Array =>
  ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array();

describe("decodeSpans on what OpenTelemetry's serializer writes", () => {
  test("gives every field of a span back", () => {
    const startTime: HrTime = [1_767_322_845, 123_456_789];
    const endTime: HrTime = [1_767_322_847, 1];
    const recorded = record((tracer) => {
      const parent = trace.setSpanContext(context.active(), { ...PARENT, isRemote: true });
      const span = tracer.startSpan(
        "generate 生成",
        {
          startTime,
          kind: SpanKind.CLIENT,
          attributes: {
            text: "hé",
            yes: true,
            whole: -42,
            big: 2 ** 52,
            part: 0.25,
            list: ["a", "b"],
            numbers: [1, 2.5],
            __proto__x: "own",
          },
          links: [{ context: PARENT, attributes: { why: "batch" } }],
        },
        parent,
      );
      span.addEvent("first token", { index: 0 }, [1_767_322_846, 5]);
      span.setStatus({ code: SpanStatusCode.ERROR, message: "too long" });
      span.end(endTime);
    });
    const [span, ...rest] = decodeSpans(encode(recorded));
    expect(rest).toEqual([]);
    expect(span).toEqual({
      name: "generate 生成",
      traceId: PARENT.traceId,
      spanId: recorded[0]?.spanContext().spanId,
      parentSpanId: PARENT.spanId,
      parentIsRemote: true,
      traceState: "",
      flags: 0x301,
      kind: "CLIENT",
      startTimeNanos: 1_767_322_845_123_456_789n,
      endTimeNanos: 1_767_322_847_000_000_001n,
      status: { code: "ERROR", message: "too long" },
      attributes: {
        text: "hé",
        yes: true,
        whole: -42,
        big: 2 ** 52,
        part: 0.25,
        list: ["a", "b"],
        numbers: [1, 2.5],
        __proto__x: "own",
      },
      events: [
        {
          name: "first token",
          timeNanos: 1_767_322_846_000_000_005n,
          attributes: { index: 0 },
          droppedAttributesCount: 0,
        },
      ],
      links: [
        {
          traceId: PARENT.traceId,
          spanId: PARENT.spanId,
          traceState: "",
          flags: 0x101,
          attributes: { why: "batch" },
          droppedAttributesCount: 0,
        },
      ],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
      resource: { "service.name": "shop", "host.cpus": 8 },
      scope: { name: "my-scope", version: "1.2.3", attributes: {} },
    });
  });

  test("has no parent on a root span, and keeps the order of the wire", () => {
    const spans = decodeSpans(
      encode(
        record((tracer) => {
          tracer.startSpan("one").end();
          tracer.startSpan("two").end();
        }),
      ),
    );
    expect(spans.map((span) => [span.name, span.parentSpanId, span.parentIsRemote])).toEqual([
      ["one", undefined, false],
      ["two", undefined, false],
    ]);
  });

  test("gives nested values, bytes and integers beyond 2^53 as JavaScript values", () => {
    const [template] = record((tracer) => tracer.startSpan("nested").end());
    const attributes = {
      map: { inner: ["x", 1, { deep: true }], none: null },
      bytes: new Uint8Array([0, 255, 7]),
      empty: [],
    };
    const span = Object.assign(Object.create(template ?? null) as ReadableSpan, { attributes });
    expect(decodeSpans(encode([span]))[0]?.attributes).toEqual(attributes);
    // int64 -2^62 by hand: the serializer takes numbers only.
    const value = [0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc0, 0x01];
    const keyValue = [0x0a, 1, 0x6e, 0x12, value.length, ...value];
    const wire = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x4a, keyValue))));
    expect(decodeSpans(Uint8Array.from(wire))[0]?.attributes).toEqual({ n: -(2n ** 62n) });
  });

  test("gives back any text, number and list that goes in", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc
        .double({ noNaN: true })
        .filter((number) =>
          Number.isSafeInteger(number) ? !Object.is(number, -0) : !Number.isInteger(number),
        ),
      fc.array(fc.string({ unit: "grapheme" })),
    );
    const keys = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.dictionary(keys, value), (attributes) => {
        const [template] = record((tracer) => tracer.startSpan("any").end());
        const span = Object.assign(Object.create(template ?? null) as ReadableSpan, { attributes });
        expect({ ...decodeSpans(encode([span]))[0]?.attributes }).toEqual({ ...attributes });
      }),
      { numRuns: 100 },
    );
  });

  test("reads the same span ids when it only counts", () => {
    const bytes = encode(
      record((tracer) => {
        for (let index = 0; index < 20; index += 1) tracer.startSpan(`span ${index}`).end();
      }),
    );
    expect(readSpanIds(bytes)).toEqual(decodeSpans(bytes).map(({ spanId }) => spanId));
    expect(readSpanIds(bytes)).toHaveLength(20);
  });

  test("passes over fields of every wire type that it does not know, and known ones of another wire type", () => {
    const unknown = [
      [0xa0, 0x06, 0xff, 0x01],
      [0xa1, 0x06, ...Array.from({ length: 8 }, () => 1)],
      [0xa2, 0x06, 2, 0xff, 0xff],
      [0xa5, 0x06, 1, 2, 3, 4],
      // The name of a span as a varint.
      [0x28, 0x07],
    ].flat();
    const span = [...unknown, 0x2a, 2, 0x68, 0x69, ...unknown];
    const wire = wrap(0x0a, wrap(0x12, [...wrap(0x12, span), ...unknown]));
    expect(decodeSpans(Uint8Array.from([...wire, ...unknown]))).toMatchObject([{ name: "hi" }]);
  });

  test("throws on a request that is cut short, wherever", () => {
    const bytes = encode(record((tracer) => tracer.startSpan("cut", { attributes: { part: 0.5 } }).end()));
    for (let length = 1; length < bytes.byteLength; length++) {
      expect(() => decodeSpans(bytes.subarray(0, length))).toThrow(/invalid protobuf/);
    }
    expect(() => decodeSpans(new Uint8Array(11).fill(0xff))).toThrow(/invalid protobuf/);
  });

  test("throws on bytes that are no request, and takes the empty request", () => {
    expect(() => decodeSpans(new TextEncoder().encode("<html>"))).toThrow(/invalid protobuf/);
    expect(decodeSpans(new Uint8Array())).toEqual([]);
  });
});

function wrap(tag: number, content: number[]): number[] {
  return [tag, content.length, ...content];
}
