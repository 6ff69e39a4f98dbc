// What a span's translation needs of its relatives, noted when spans start and held weakly: no state per trace.
import { trace, type Attributes, type Context, type Span } from "@opentelemetry/api";

import { noteCallAround } from "./one-call.ts";

// Written out: this runs when a program starts, which waits for no package of names.
const SESSION_ID = "session.id";
const USER_ID = "user.id";

/** A live span, as far as it can be read. */
interface ReadableParent {
  readonly attributes?: Attributes;
  readonly instrumentationScope?: { readonly name?: string };
}

/** Scopes whose spans say session and user of a call in a way that only translation reads. */
const CALL_SCOPES = new Set<unknown>(["ai", "gen_ai"]);

/** Operations that instrumentations write twice, once for the call and once, below it, for each request. */
const TWICE = new Set<unknown>(["embeddings", "rerank"]);

/** Where AI calls write down whose they are; the spans below the call have it not. */
const SESSION_KEYS = [
  SESSION_ID,
  "ai.telemetry.metadata.sessionId",
  "ai.telemetry.metadata.session.id",
  "ai.settings.context.sessionId",
  "ai.settings.context.session.id",
  "gen_ai.conversation.id",
];
const USER_KEYS = [
  USER_ID,
  "ai.telemetry.metadata.userId",
  "ai.telemetry.metadata.user.id",
  "ai.settings.context.userId",
  "ai.settings.context.user.id",
];

const inherited = new WeakMap<object, Attributes>();
const outer = new WeakSet<object>();

/** Looks at a span that starts, and at its parent in this process. */
export function noteRelatives(span: Span, parentContext: Context): void {
  const parent = trace.getSpan(parentContext);
  if (parent === undefined) return;
  noteCallAround(span, parent);
  const { attributes, instrumentationScope: scope } = parent as ReadableParent;
  if (attributes === undefined || !CALL_SCOPES.has(scope?.name)) {
    const further = inherited.get(parent);
    if (further !== undefined) inherited.set(span, further);
    return;
  }
  const operation = attributes["gen_ai.operation.name"];
  if (TWICE.has(operation) && (span as ReadableParent).attributes?.["gen_ai.operation.name"] === operation) {
    outer.add(parent);
  }
  const found = inheritedFrom(attributes, inherited.get(parent));
  if (found !== undefined) inherited.set(span, found);
}

/** Session and user of the calls around a span; what it says itself wins over them. */
export function inheritedBy(span: object): Attributes | undefined {
  return inherited.get(span);
}

/** Whether a span of the same operation started inside. */
export function isOuter(span: object): boolean {
  return outer.has(span);
}

function inheritedFrom(attributes: Attributes, further: Attributes | undefined): Attributes | undefined {
  const session = firstText(attributes, SESSION_KEYS);
  const user = firstText(attributes, USER_KEYS);
  if (session === undefined && user === undefined) return further;
  return {
    ...further,
    ...(session !== undefined && { [SESSION_ID]: session }),
    ...(user !== undefined && { [USER_ID]: user }),
  };
}

function firstText(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
