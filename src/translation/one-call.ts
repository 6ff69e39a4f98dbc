// One call, one LLM span with tokens: what becomes of our wrapper's span around a call that traces itself.
import type { Attributes } from "@opentelemetry/api";
import { isWrapperSpan } from "../openinference/wrapper-spans.ts";
import { changed, type OutgoingSpan } from "../spans/outgoing-span.ts";

// Written out: this runs when a program starts, which waits for no package of names.
const KIND = "openinference.span.kind";
const FIRST_MESSAGE = "llm.input_messages.0.message.role";
const COUNTED = ["prompt", "completion", "total"].map((name) => `llm.token_count.${name}`);
const COUNTS = /^llm\.(?:token_count|cost)\./;

/** Whose spans our wrappers' are. */
const OWN_SCOPE = "phoenix-otel";
/** Whose spans those of traced clients are: one call each, which a wrapper around it gives way to. */
const CLIENT_SCOPE = "phoenix-otel.clients";

/** Makers whose LLM spans say less than ours, by scope: no counts of streams, or no messages. Any other's is kept. */
const POORER: readonly RegExp[] = [
  /^@opentelemetry\/instrumentation-openai$/,
  /^@traceloop\/instrumentation-/,
];

/** A live span, as far as it can be read. */
interface LiveSpan {
  readonly attributes?: Attributes;
  readonly instrumentationScope?: { readonly name?: string };
  readonly ended?: boolean;
}

/** The kinds of calls to a model, which have tokens. */
const CALLS = new Set<unknown>(["LLM", "EMBEDDING", "RERANKER"]);

/** Whether a span ever started inside another one: until then no call is told twice. */
let areNested = false;
/** Our span of a call that a span started in, at any depth. */
const around = new WeakMap<object, LiveSpan>();
/** Our spans of calls inside which another one of the same call left. */
const answered = new WeakSet<object>();
/** Our spans of calls inside which a span started: of most there is nothing to be remembered. */
const outer = new WeakSet<object>();
/** Those of them that left with counts: what ends inside them later must not count again. */
const counted = new WeakSet<object>();
/** A client's span of ours, by the one in which it started: an SDK's own, which is the outer one in its helpers. */
const within = new WeakMap<object, LiveSpan>();

/** Whether spans of a scope are those of our wrappers or clients. */
export const isOwnScope = (scope: string | undefined): boolean =>
  scope === OWN_SCOPE || scope === CLIENT_SCOPE;

/** Takes note of a span that starts inside `parent`. */
export function noteCallAround(span: object, parent: object): void {
  const { attributes, instrumentationScope } = parent as LiveSpan;
  const isOurs = isOwnScope(instrumentationScope?.name) || isWrapperSpan(parent);
  const ours = isOurs && CALLS.has(attributes?.[KIND]) ? parent : around.get(parent);
  areNested = true;
  if (ours !== undefined) {
    around.set(span, ours);
    noteOuter(ours);
  }
  if (isOwnScope(instrumentationScope?.name)) return;
  if ((span as LiveSpan).instrumentationScope?.name === CLIENT_SCOPE) within.set(parent, span);
}

/** A call that ended before has left: nobody knew then that it would matter. */
function noteOuter(ours: LiveSpan): void {
  if (outer.has(ours)) return;
  outer.add(ours);
  if (ours.ended === true && !answered.has(ours) && hasCounts(ours.attributes ?? {})) counted.add(ours);
}

/** The span as it leaves, where another one tells of the same call: as CHAIN, without counts that would be added up. */
export function asOneCall(span: OutgoingSpan, live: object): OutgoingSpan {
  if (!areNested || !CALLS.has(span.attributes[KIND])) return span;
  const isOther =
    answered.has(live) ||
    isToldWithin(span, live) ||
    (isCallInside(span, live) && (isPoorer(span, live) || isToldAround(span, live)));
  if (!isOther) return span;
  const kept = Object.entries(span.attributes).filter(([key]) => !COUNTS.test(key));
  return changed(span, { attributes: { ...Object.fromEntries(kept), [KIND]: "CHAIN" } });
}

/** Takes note of a translated span that leaves: it may be the one that tells of the call around it. */
export function noteCallLeaves(span: OutgoingSpan, live: object): void {
  if (!areNested) return;
  if (outer.has(live) && CALLS.has(span.attributes[KIND]) && hasCounts(span.attributes)) counted.add(live);
  if (!isCallInside(span, live) || isPoorer(span, live)) return;
  for (let ours = around.get(live); ours !== undefined; ours = around.get(ours)) {
    if (kindOf(ours) === span.attributes[KIND]) answered.add(ours);
  }
}

const kindOf = (live: LiveSpan | undefined): unknown => live?.attributes?.[KIND];

/** Whether it is a maker's or a client's span of the same kind inside one of ours. */
const isCallInside = (span: OutgoingSpan, live: object): boolean =>
  CALLS.has(span.attributes[KIND]) &&
  span.instrumentationScope.name !== OWN_SCOPE &&
  !isWrapperSpan(live) &&
  kindOf(around.get(live)) === span.attributes[KIND];

/** Whether a span of ours around it ended before, and left with the counts of the call. */
function isToldAround(span: OutgoingSpan, live: object): boolean {
  for (let ours = around.get(live); ours !== undefined; ours = around.get(ours)) {
    if (counted.has(ours) && kindOf(ours) === span.attributes[KIND]) return true;
  }
  return false;
}

/** Any maker's span is poorer while content is off there, as it is by default in Anthropic's SDK. */
const isPoorer = ({ instrumentationScope, attributes }: OutgoingSpan, live: object): boolean =>
  POORER.some((scope) => scope.test(instrumentationScope.name)) ||
  (!hasMessages(attributes) && hasMessages(around.get(live)?.attributes));

/** Whether a maker's span has no messages, and the client's inside, which may end later, has. */
const isToldWithin = ({ instrumentationScope, attributes }: OutgoingSpan, live: object): boolean =>
  !isOwnScope(instrumentationScope.name) &&
  !hasMessages(attributes) &&
  hasMessages(within.get(live)?.attributes);

const hasCounts = (attributes: Attributes): boolean => COUNTED.some((key) => attributes[key] !== undefined);

const hasMessages = (attributes: Attributes | undefined): boolean =>
  attributes?.[FIRST_MESSAGE] !== undefined;
