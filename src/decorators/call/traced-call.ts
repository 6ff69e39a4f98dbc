// The one lifecycle: start a span, run the function in it, settle what came back.
import { context, isSpanContextValid, trace, type Context, type Span, type Tracer } from "@opentelemetry/api";
import { attributesFromContext } from "../../context/context-attributes.ts";
import { activate } from "../../context/phoenix-spans.ts";
import type { CallPlan } from "./call-plan.ts";
import { currentTracer } from "./current-tracer.ts";
import { startRecorded } from "./masked-start.ts";
import { observeStream, settle } from "../results/settle.ts";
import { SpanRecorder } from "./span-recorder.ts";
import { callUserCallback } from "./user-callback.ts";
import { inspectable } from "../../openinference/inspectable-span.ts";
import { noteWrapperSpan } from "../../openinference/wrapper-spans.ts";

function nameOf(plan: CallPlan, self: unknown, args: unknown[]): string {
  const { name } = plan.options;
  if (typeof name !== "function") return plan.name;
  const given = callUserCallback("name", plan.name, `The name is "${plan.name}"`, () =>
    Reflect.apply(name, self, args),
  );
  return given.ok && typeof given.value === "string" && given.value !== "" ? given.value : plan.name;
}

/** Starts the span of one call; `undefined` where there is no provider to start one. */
function startSpan(plan: CallPlan, parent: Context, self: unknown, args: unknown[]): Span | undefined {
  const tracer = plan.tracer ?? currentTracer(plan.scope) ?? unrecordedTracer(parent);
  if (tracer === undefined) return undefined;
  // Tracers of our provider read the context themselves.
  const fromContext = "readsContext" in tracer ? undefined : attributesFromContext(parent);
  const options =
    fromContext === undefined
      ? plan.start
      : { ...plan.start, attributes: { ...fromContext, ...plan.start.attributes } };
  return startRecorded(tracer, nameOf(plan, self, args), options, parent);
}

/** Without a provider only a span that is active already asks for one of ours: values set inside are not that one's. */
const unrecordedTracer = (parent: Context): Tracer | undefined =>
  trace.getSpan(parent) === undefined ? undefined : trace.getTracer("phoenix-otel");

/** Context managers turn a `this` that is undefined into null: the function is called by this one, which they need not bind. */
const call = (plan: CallPlan, self: unknown, args: unknown[]): unknown => Reflect.apply(plan.fn, self, args);

/** Calls a traced function. What the function throws is thrown, nothing else. */
export function tracedCall(plan: CallPlan, self: unknown, args: unknown[]): unknown {
  const parent = context.active();
  let span: Span | undefined;
  try {
    span = startSpan(plan, parent, self, args);
  } catch {
    // A provider that cannot start a span is no reason not to run the function.
  }
  if (span === undefined) return Reflect.apply(plan.fn, self, args);
  if (!span.isRecording()) return unrecordedCall(plan, span, activate(parent, span), self, args);
  const readable = inspectable(span);
  if (plan.tracer !== undefined) noteWrapperSpan(readable);
  const recorder = new SpanRecorder(plan, readable, activate(parent, readable));
  recorder.recordInput(self, args);
  let result: unknown;
  try {
    result = context.with(recorder.context, call, undefined, plan, self, args);
  } catch (error) {
    recorder.fail(error);
    throw error;
  }
  return settle(recorder, result);
}

/** Calls the function with nothing recorded; what it starts, a streamed body included, stays unsampled too. */
function unrecordedCall(
  plan: CallPlan,
  span: Span,
  active: Context,
  self: unknown,
  args: unknown[],
): unknown {
  const result = context.with(active, call, undefined, plan, self, args);
  return typeof result === "object" && result !== null
    ? followUnrecorded(plan, span, active, result)
    : result;
}

function followUnrecorded(plan: CallPlan, span: Span, active: Context, result: object): object {
  try {
    if (!(Symbol.iterator in result) && !(Symbol.asyncIterator in result)) return result;
    if (Array.isArray(result) || !isSpanContextValid(span.spanContext())) return result;
    return observeStream(new SpanRecorder(plan, inspectable(span), active), result) ?? result;
  } catch {
    return result;
  }
}
