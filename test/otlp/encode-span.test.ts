import { runInNewContext } from "node:vm";
import { type Attributes, SpanKind, SpanStatusCode, createTraceState } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { type EncodedSpan, encodeSpan, spanMessage } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner } from "../../src/otlp/join-request.ts";
import { holdableSpan } from "../../src/spans/holdable-span.ts";
import { readableSpan } from "./generated-spans.ts";

const join = createRequestJoiner();
const ours = (spans: readonly ReadableSpan[]): Buffer => Buffer.from(join(spans.map(encodeSpan)));
const stock = (spans: ReadableSpan[]): Buffer =>
  Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);

/** What a real provider ends up with after `record` has run. */
function recordedSpans(
  record: (tracer: ReturnType<NodeTracerProvider["getTracer"]>) => void,
): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": "golden" }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  record(provider.getTracer("golden", "1.2.3", { schemaUrl: "https://example.com/schema" }));
  return exporter.getFinishedSpans();
}

/** A real span whose attributes are replaced by what the SDK would not have let through. */
function spanWith(attributes: unknown): ReadableSpan {
  const span = recordedSpans((tracer) => tracer.startSpan("odd").end()).at(0)!;
  return Object.create(span, { attributes: { value: attributes } }) as ReadableSpan;
}

const decodedAttributes = (span: ReadableSpan): unknown => decodeSpans(ours([span])).at(0)!.attributes;

describe("encodeSpan and the joiner", () => {
  it("give the bytes of ProtobufTraceSerializer for spans of a real provider", () => {
    const golden = recordedSpans((tracer) => {
      const root = tracer.startSpan("root", { kind: SpanKind.SERVER });
      root.setAttributes({
        text: "hello",
        "text.long": "x".repeat(20_000),
        "text.chinese": "你好，世界".repeat(1000),
        "text.owl": "🦉".repeat(50),
        "text.empty": "",
        integer: 42,
        "integer.negative": -1,
        "integer.large": 2 ** 40,
        "integer.huge": -(2 ** 62),
        double: 0.1,
        "double.nan": NaN,
        "double.infinite": -Infinity,
        yes: true,
        no: false,
        texts: ["a", "b", ""],
        numbers: [1, 2.5, -3],
        booleans: [true, false],
        mixed: [null, "a", undefined, "b"],
        empty: [],
      });
      root.addEvent("first", { answer: 42 });
      root.addEvent("empty");
      root.recordException(new Error("it broke"));
      root.setStatus({ code: SpanStatusCode.ERROR, message: "it broke" });
      const context = { ...root.spanContext(), traceState: createTraceState("a=1,b=2") };
      root.addLink({ context, attributes: { why: "retry" } });
      root.addLink({ context: { ...context, isRemote: true } });
      root.end();
      tracer.startSpan("", { kind: SpanKind.CLIENT }).end();
      for (const kind of [SpanKind.INTERNAL, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
        tracer.startSpan(`kind ${kind}`, { kind }).end();
      }
    });
    expect(golden).toHaveLength(5);
    expect(ours(golden).equals(stock(golden))).toBe(true);
    for (const span of golden) expect(holdableSpan(span)).toBe(span);
  });

  it("give the bytes of ProtobufTraceSerializer for 10,000 generated spans, made holdable", () => {
    const group = fc.array(readableSpan, { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(group, (spans) => {
        const bytes = ours(spans);
        const held = spans.map(holdableSpan);
        if (bytes.equals(stock(held))) return;
        // Name the span that differs, and let fast-check shrink it.
        for (const [index, span] of spans.entries()) expect(ours([span])).toEqual(stock([held[index]!]));
        expect(bytes).toEqual(stock(held));
      }),
      { numRuns: 500, seed: 20_261_122 },
    );
  }, 120_000);

  it("write the same bytes for a span whatever was encoded before it", () => {
    const spans = recordedSpans((tracer) => {
      for (let size = 1; size < 400_000; size *= 3) {
        tracer.startSpan(`of ${size}`, { attributes: { text: "y".repeat(size) } }).end();
      }
    });
    const encoded = spans.map(encodeSpan);
    for (let round = 0; round < 200; round++) encodeSpan(spans.at(round % spans.length)!);
    expect(Buffer.from(join(encoded)).equals(stock(spans))).toBe(true);
  });

  it("give the same bytes at every length where a way of writing or a prefix changes", () => {
    const borders = [0, 16, 42, 48, 128, 1024, 2731, 5461, 8192, 16_384, 21_845].flatMap((border) =>
      Array.from({ length: 13 }, (_, index) => Math.max(0, border - 9 + index)),
    );
    // What no UTF-8 can be read from becomes U+FFFD here as there.
    const wellFormed = (text: string): string => Buffer.from(text).toString();
    for (const unit of ["a", "é", "好", "a好", "好a", "🦉"]) {
      for (const length of borders) {
        const text = unit.repeat(length).slice(0, length);
        const span = spanWith({ [wellFormed(text.slice(0, 150))]: wellFormed(text) });
        expect(ours([span]).equals(stock([span])), `${length} × "${unit}"`).toBe(true);
        const broken = `${text}\ud800${text}`;
        expect(decodedAttributes(spanWith({ broken }))).toEqual({ broken: wellFormed(broken) });
      }
    }
  });

  it("give the same bytes where texts under a key come again, or change", () => {
    const texts = ["a", "a", "a", "b", "a", "a", "好", "好", "好", "x".repeat(60), "好", "", "", ""];
    for (const text of texts) {
      const attributes = { "llm.model_name": text, [text]: text, list: [text] };
      const spans = recordedSpans((tracer) => {
        const span = tracer.startSpan("a", { attributes });
        span
          .addEvent("e", { "llm.model_name": text })
          .addLink({ context: span.spanContext(), attributes })
          .end();
      });
      expect(ours(spans).equals(stock(spans))).toBe(true);
    }
    for (const _ of texts) {
      expect(decodedAttributes(spanWith({ "llm.model_name": "a\0" }))).toEqual({
        "llm.model_name": "a\ufffd",
      });
    }
  });

  it("give the same bytes for more keys than are remembered", () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `llm.input_messages.${index}.message.role`);
    const span = spanWith(Object.fromEntries(keys.map((key, index) => [key, index % 2 ? "user" : index])));
    for (let round = 0; round < 2; round++) expect(ours([span]).equals(stock([span]))).toBe(true);
  });

  it("group spans by the identity of resource and scope, in the order they came", () => {
    const first = recordedSpans((tracer) => tracer.startSpan("a").end());
    const second = recordedSpans((tracer) => tracer.startSpan("b").end());
    const mixed = [...first, ...second, ...first, ...second];
    expect(ours(mixed).equals(stock(mixed))).toBe(true);
    expect(decodeSpans(ours(mixed)).map(({ name }) => name)).toEqual(["a", "a", "b", "b"]);
  });

  it("replace lone surrogates by U+FFFD, so that the text is valid UTF-8", () => {
    const span = spanWith({ "key\ud800": "\udc00 in the middle \ud83d", list: ["\ud800"] });
    expect(decodedAttributes(span)).toEqual({
      "key\ufffd": "\ufffd in the middle \ufffd",
      list: ["\ufffd"],
    });
  });

  it("leave a key with an empty value where a value cannot be read", () => {
    const throwing = Object.defineProperty({ before: 1 }, "x", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    const circular: Record<string, unknown> = { text: "kept" };
    circular.self = circular;
    let deep: unknown = "bottom";
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const span = spanWith({ before: "kept", throwing, circular, deep, proxy: revoked.proxy, after: "kept" });
    expect(decodedAttributes(span)).toMatchObject({
      before: "kept",
      circular: { text: "kept" },
      after: "kept",
    });
    expect(Object.keys(decodedAttributes(span) as Attributes)).toEqual([
      "before",
      "throwing",
      "circular",
      "deep",
      "proxy",
      "after",
    ]);
  });

  it("write bytes of another realm as those of this one", () => {
    const foreign: unknown = runInNewContext("new Uint8Array([1, 2, 3])");
    const here = new Uint8Array([1, 2, 3]);
    expect(decodedAttributes(spanWith({ value: foreign }))).toEqual(
      decodedAttributes(spanWith({ value: here })),
    );
  });

  it("write a span whole that is encoded while another one is", () => {
    const inner = spanWith({ text: "inner ".repeat(100) });
    const encoded: EncodedSpan[] = [];
    const encodeInner = <T>(value: T): T => {
      encoded.push(encodeSpan(inner));
      return value;
    };
    const asText = { toString: () => encodeInner("text") } as unknown as string;
    const list = {
      get first() {
        return encodeInner(1);
      },
    };
    const resource = Object.create(resourceFromAttributes({}), {
      attributes: { get: () => encodeInner({ fixed: 1 }) },
    }) as ReadableSpan["resource"];
    const outer = Object.create(inner, {
      name: { value: asText },
      resource: { value: resource },
      attributes: {
        value: {
          before: "a",
          get value() {
            return encodeInner("b");
          },
          list,
          after: "c",
        },
      },
      events: { value: [{ name: asText, time: [1, 2], attributes: list }] },
      status: { value: { code: SpanStatusCode.ERROR, message: asText } },
    }) as ReadableSpan;
    const [span] = decodeSpans(join([encodeSpan(outer)]));
    expect(span).toMatchObject({
      name: "text",
      attributes: { before: "a", value: "b", list: { first: 1 }, after: "c" },
      events: [{ name: "text", attributes: { first: 1 } }],
      status: { message: "text" },
      resource: { fixed: 1 },
    });
    expect(encoded.length).toBeGreaterThanOrEqual(6);
    for (const each of encoded) expect(spanMessage(each)).toEqual(spanMessage(encodeSpan(inner)));
  });

  it("encode the parts that a foreign span may lack", () => {
    const span = recordedSpans((tracer) => tracer.startSpan("bare").end()).at(0)!;
    const lacking = Object.create(span, {
      attributes: { value: undefined },
      events: { value: undefined },
      links: { value: undefined },
      droppedAttributesCount: { value: undefined },
      status: { value: undefined },
    }) as ReadableSpan;
    expect(decodeSpans(ours([lacking]))[0]).toMatchObject({ name: "bare", events: [], links: [] });
  });
});
