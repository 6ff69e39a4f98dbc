// Spans made up by fast-check: every attribute type, odd text, odd numbers, odd shapes.
import {
  type Attributes,
  createTraceState,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import fc from "fast-check";

/** Lengths around the borders where a length takes one byte more, in ASCII and beyond it. */
const borderText = fc
  .tuple(
    fc.constantFrom("a", "é", "語", "🦉", "\u{10ffff}", "\u007f", "\u0080", "\u07ff", "\u0800"),
    fc.constantFrom(1, 19, 20, 21, 40, 61, 63, 125, 126, 127, 128, 129, 5459, 5460, 5461, 16_383, 16_384),
    fc.constantFrom("", "x", "ü", "\ud800", "\udc00"),
  )
  .map(([character, length, end]) => character.repeat(length) + end);

const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 300 }) },
  // Halves of a surrogate pair, anywhere.
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 8 })
      .map((codes) => String.fromCharCode(...codes)),
  },
  { weight: 1, arbitrary: borderText },
  { weight: 1, arbitrary: fc.constant("") },
);

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.integer({ min: -70, max: 70 }).map((power) => Math.sign(power) * 2 ** Math.abs(power)),
  fc.integer({ min: -70, max: 70 }).map((power) => Math.sign(power) * 2 ** Math.abs(power) - 1),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 63), 2 ** 63, 127, 128, 1.5, 5e-324),
);

const primitive = fc.oneof(text, number, fc.boolean());
const nothing = fc.constantFrom(null, undefined);
const bytes = fc.uint8Array({ maxLength: 200 });

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    primitive,
    fc.array(primitive, { maxLength: 8 }),
    nothing,
    bytes,
    fc.array(fc.oneof(tie("value"), nothing), { maxLength: 5 }),
    fc.dictionary(fc.string({ maxLength: 10 }), tie("value"), { maxKeys: 4 }),
    fc.constantFrom(10n, Symbol.iterator, () => 1, new Date(0)),
  ),
}));

/** Keys whose values are looked at. */
const particular = fc.constantFrom(
  "openinference.span.kind",
  "llm.token_count.prompt",
  "session.id",
  "metadata",
  "tool.parameters",
  "gen_ai.input.messages",
);
const key = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: particular });

/** Attributes with string values mostly, as spans of LLM calls have. */
export const attributes = fc
  .array(fc.tuple(key, fc.oneof({ weight: 3, arbitrary: text }, { weight: 3, arbitrary: value })), {
    maxLength: 12,
  })
  .map((entries) => Object.fromEntries(entries) as Attributes);

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from("0123456789abcdefABCDEF")),
    minLength: length,
    maxLength: length,
  });
const time = fc.tuple(fc.integer({ min: 0, max: 18_446_744_072 }), fc.integer({ min: 0, max: 999_999_999 }));
const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

const spanContext: fc.Arbitrary<SpanContext> = fc.record(
  {
    traceId: hex(32),
    spanId: hex(16),
    traceFlags: fc.integer({ min: 0, max: 255 }),
    isRemote: fc.boolean(),
    traceState: fc.constantFrom("a=1", "vendor=x%20y,other=~", "").map((list) => createTraceState(list)),
  },
  { requiredKeys: ["traceId", "spanId", "traceFlags"] },
);

const resources = [
  resourceFromAttributes({ "service.name": "första", "openinference.project.name": "rag" }),
  resourceFromAttributes(
    { "process.command_args": ["node", "app.js"], pid: 7 },
    { schemaUrl: "https://example.com/1" },
  ),
  resourceFromAttributes({}),
];
const scopes: ReadableSpan["instrumentationScope"][] = [
  { name: "app", version: "1.0.0" },
  { name: "", schemaUrl: "https://example.com/scope" },
  { name: "openinference" },
];

/** A finished span. */
export const readableSpan: fc.Arbitrary<ReadableSpan> = fc
  .record({
    name: text,
    kind: fc.constantFrom(
      SpanKind.INTERNAL,
      SpanKind.SERVER,
      SpanKind.CLIENT,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
    ),
    context: spanContext,
    parentSpanContext: fc.option(spanContext, { nil: undefined }),
    startTime: time,
    endTime: time,
    duration: time,
    status: fc.record(
      { code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR), message: text },
      { requiredKeys: ["code"] },
    ),
    attributes,
    events: fc.array(
      fc.record(
        { time, name: text, attributes, droppedAttributesCount: count },
        { requiredKeys: ["time", "name"] },
      ),
      { maxLength: 3 },
    ),
    links: fc.array(
      fc.record(
        { context: spanContext, attributes, droppedAttributesCount: count },
        { requiredKeys: ["context"] },
      ),
      { maxLength: 3 },
    ),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
    resource: fc.constantFrom(...resources),
    instrumentationScope: fc.constantFrom(...scopes),
  })
  .map(({ context, parentSpanContext, ...rest }) => ({
    ...rest,
    ended: true,
    spanContext: () => context,
    ...(parentSpanContext && { parentSpanContext }),
  }));
