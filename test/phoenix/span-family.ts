// A parent and its child with everything a span can carry, and what Phoenix must give back for them.
import { ROOT_CONTEXT, SpanStatusCode, trace, type TracerProvider } from "@opentelemetry/api";
import type { StoredSpan } from "../support/phoenix-rest.ts";

/** Attributes that come back as they were sent. */
const PLAIN = {
  "input.value": JSON.stringify({ question: "wie geht's? 你好 🙂", options: { deep: [1, { empty: null }] } }),
  "input.mime_type": "application/json",
  "output.value": 'line one\nline "two"\tend',
  "llm.model_name": "gpt-4o-mini",
  "llm.token_count.prompt": 12,
  "llm.token_count.completion": 2 ** 30,
  "test.large": 2 ** 40,
  "llm.invocation_parameters": JSON.stringify({ temperature: 0.25 }),
  "llm.input_messages.0.message.role": "user",
  "llm.input_messages.0.message.content": "wie geht's?",
  "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "look_up",
  "tag.tags": ["ernst", "测试"],
  "session.id": "session-1",
  "test.score": 0.125,
  "test.negative": -5,
  "test.yes": true,
  "test.no": false,
  "test.numbers": [1, 2.5, -3],
  "test.booleans": [true, false],
};

/** JSON text that Phoenix opens, and the flat keys that come of it. */
const METADATA = { sent: { metadata: '{"tenant":{"id":7}}' }, stored: { "metadata.tenant.id": 7 } };

/** Records the two spans; the child ended in an error that was recorded as an event. */
export function recordFamily(provider: TracerProvider): void {
  const tracer = provider.getTracer("test");
  const parent = tracer.startSpan("parent ⟶", { attributes: { "openinference.span.kind": "CHAIN" } });
  const context = trace.setSpan(ROOT_CONTEXT, parent);
  const attributes = { "openinference.span.kind": "LLM", ...PLAIN, ...METADATA.sent };
  const child = tracer.startSpan("child", { attributes }, context);
  child.addEvent("first token", { at: 3 });
  child.recordException(new TypeError("no such môdel"));
  child.setStatus({ code: SpanStatusCode.ERROR, message: "no such môdel" });
  child.end();
  parent.setStatus({ code: SpanStatusCode.OK });
  parent.end();
}

interface ComparableSpan {
  readonly name: string;
  readonly kind: string;
  readonly status: readonly [code: string, message: string];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly Pick<StoredSpan["events"][number], "name" | "attributes">[];
}

/** What of a stored family can be compared, because no two runs differ in it. */
export interface ComparableFamily {
  readonly count: number;
  readonly parent?: ComparableSpan;
  readonly child?: ComparableSpan;
  readonly childOfParent?: boolean;
  readonly sameTrace?: boolean;
  readonly endedJustNow?: boolean;
}

/** The two spans as they come back. */
export const FAMILY: ComparableFamily = {
  count: 2,
  parent: { name: "parent ⟶", kind: "CHAIN", status: ["OK", ""], attributes: {}, events: [] },
  child: {
    name: "child",
    kind: "LLM",
    status: ["ERROR", "no such môdel"],
    attributes: { ...PLAIN, ...METADATA.stored },
    events: [
      { name: "first token", attributes: { at: 3 } },
      {
        name: "exception",
        attributes: { "exception.type": "TypeError", "exception.message": "no such môdel" },
      },
    ],
  },
  childOfParent: true,
  sameTrace: true,
  endedJustNow: true,
};

/** What of `stored` is compared with {@link FAMILY}. */
export function familyOf(stored: readonly StoredSpan[]): ComparableFamily {
  const parent = stored.find(({ parent_id }) => parent_id === null);
  const child = stored.find(({ parent_id }) => parent_id !== null);
  if (parent === undefined || child === undefined) return { count: stored.length };
  const [started, ended] = [Date.parse(child.start_time), Date.parse(child.end_time)];
  return {
    count: stored.length,
    parent: comparable(parent),
    child: comparable(child),
    childOfParent: child.parent_id === parent.context.span_id,
    sameTrace: child.context.trace_id === parent.context.trace_id,
    endedJustNow: started <= ended && Math.abs(Date.now() - ended) < 120_000,
  };
}

const comparable = (span: StoredSpan): ComparableSpan => ({
  name: span.name,
  kind: span.span_kind,
  status: [span.status_code, span.status_message],
  attributes: span.attributes,
  events: span.events.map(({ name, attributes }) => ({
    name,
    attributes: withoutStack(attributes),
  })),
});

const withoutStack = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== "exception.stacktrace"));
