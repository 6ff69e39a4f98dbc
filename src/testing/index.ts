// The subpath `phoenix-otel/testing`: spans of a test as a tree, and nothing sent.
export { type CapturedSpans, captureSpans } from "./capture-spans.ts";
export type { CapturedEvent, CapturedSpan, SpanStatusName } from "./captured-span.ts";
export type { ExpectedSpan } from "./match-tree.ts";
