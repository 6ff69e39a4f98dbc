// One call, one LLM span with tokens: what becomes of our wrapper's span around a call that traces itself.
import type { Attributes } from "@opentelemetry/api";
import { changed, type OutgoingSpan } from "../spans/outgoing-span.ts";

// Written out: this runs when a program starts, which waits for no package of names.
const KIND = "openinference.span.kind";
const FIRST_MESSAGE = "llm.input_messages.0.message.role";
const COUNTS = /^llm\.(?:token_count|cost)\./;

/** Whose spans our wrappers' are. */
export const OWN_SCOPE = "phoenix-otel";
/** Whose spans those of traced clients are: one call each, which a wrapper around it gives way to. */
export const CLIENT_SCOPE = "phoenix-otel.clients";

/** Makers whose LLM spans say less than ours, by scope: no counts of streams, or no messages. Any other's is kept. */
const POORER: readonly RegExp[] = [
  /^@opentelemetry\/instrumentation-openai$/,
  /^@traceloop\/instrumentation-/,
];

/** A live span, as far as it can be read. */
interface LiveSpan {
  readonly attributes?: Attributes;
  readonly instrumentationScope?: { readonly name?: string };
}

/** Our wrapper's LLM span that a span started in, at any depth. */
const around = new WeakMap<object, object>();
/** Our LLM spans inside which another maker's left. */
const answered = new WeakSet<object>();

/** Takes note of a span that starts inside `parent`. */
export function noteCallAround(span: object, parent: object): void {
  const { attributes, instrumentationScope } = parent as LiveSpan;
  const isOurs = instrumentationScope?.name === OWN_SCOPE && attributes?.[KIND] === "LLM";
  const ours = isOurs ? parent : around.get(parent);
  if (ours !== undefined) around.set(span, ours);
}

/** The span as it leaves, where another one tells of the same call: as CHAIN, without counts that would be added up. */
export function asOneCall(span: OutgoingSpan, live: object): OutgoingSpan {
  if (span.attributes[KIND] !== "LLM") return span;
  const isOther = answered.has(live) || (isCallInside(span, live) && isPoorer(span, live));
  if (!isOther) return span;
  const kept = Object.entries(span.attributes).filter(([key]) => !COUNTS.test(key));
  return changed(span, { attributes: { ...Object.fromEntries(kept), [KIND]: "CHAIN" } });
}

/** Takes note of a translated span that leaves: it may be the one that tells of the call around it. */
export function noteCallLeaves(span: OutgoingSpan, live: object): void {
  if (!isCallInside(span, live) || isPoorer(span, live)) return;
  for (let ours = around.get(live); ours !== undefined; ours = around.get(ours)) answered.add(ours);
}

/** Whether it is another maker's LLM span inside one of ours. */
const isCallInside = (span: OutgoingSpan, live: object): boolean =>
  span.attributes[KIND] === "LLM" && span.instrumentationScope.name !== OWN_SCOPE && around.has(live);

/** Any maker's span is poorer while content is off there, as it is by default in Anthropic's SDK. */
const isPoorer = ({ instrumentationScope, attributes }: OutgoingSpan, live: object): boolean =>
  POORER.some((scope) => scope.test(instrumentationScope.name)) ||
  (!hasMessages(attributes) && hasMessages(oursAround(live)?.attributes));

const oursAround = (live: object): LiveSpan | undefined => around.get(live);

const hasMessages = (attributes: Attributes | undefined): boolean =>
  attributes?.[FIRST_MESSAGE] !== undefined;
