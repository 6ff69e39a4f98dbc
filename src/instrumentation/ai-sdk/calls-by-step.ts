// The AI SDK 6: events have no id, so a call is known by the objects that its events share; a failure is not told.
import { context, trace, type Attributes } from "@opentelemetry/api";
import { asRecord, asRecords, asText } from "../../openinference/read-value.ts";
import { answerOf, type AiEvent, askedOf, gaveOf, requestOf } from "./ai-requests.ts";
import type { AiTelemetry } from "./ai-telemetry.ts";
import { OpenCall } from "./open-call.ts";

/** A step that is under way: one call of a model. */
interface OpenStep {
  readonly event: AiEvent;
  readonly root: OpenCall;
  readonly call: OpenCall;
}

/** Ends what the AI SDK never told the end of, once nothing holds the model that its events name. */
const ended = new FinalizationRegistry<OpenStep>(({ root, call }) => {
  const error = new Error("The call failed. The AI SDK 6 does not tell its telemetry how.");
  call.fail(error);
  root.fail(error);
});

/** The listeners for events without an id. */
export function callsByStep(): AiTelemetry {
  /** By the model that a step's events name: one object for each step, but not in what a stream gives. */
  const steps = new WeakMap<object, OpenStep>();
  const streams = new Set<WeakRef<object>>();
  /** By what its last step gave, which the events of the next one list. */
  const roots = new WeakMap<object, OpenCall>();
  const tools = new Map<unknown, OpenCall>();

  const take = (event: AiEvent): OpenStep | undefined => {
    const named = asRecord(event["model"]);
    const known = named !== undefined && steps.has(named) ? named : sameStep(event, streams, steps);
    if (known === undefined) return undefined;
    const step = steps.get(known);
    forget(known);
    return step;
  };
  const forget = (model: object): void => {
    steps.delete(model);
    ended.unregister(model);
    for (const each of streams)
      if (each.deref() === model || each.deref() === undefined) streams.delete(each);
  };

  return {
    onStepStart(event: AiEvent) {
      if (isTracedByItself()) return;
      const model = asRecord(event["model"]);
      if (model === undefined) return;
      const before = asRecords(event["steps"]).at(-1);
      const name = asText(event["functionId"]) ?? "ai.generate";
      const root =
        (before && roots.get(before)) ??
        new OpenCall({ kind: "AGENT", name, request: askedOf(event), parent: context.active() });
      const call = new OpenCall({
        kind: "LLM",
        name: `chat ${asText(model["modelId"]) ?? ""}`.trim(),
        request: requestOf(event),
        parent: root.context,
      });
      // Not the event itself, which holds the model: nothing would ever be collected.
      const step = { event: { ...event, model: undefined, ...plainModel(model) }, root, call };
      steps.set(model, step);
      streams.add(new WeakRef(model));
      ended.register(model, step, model);
    },
    onStepFinish(event: AiEvent) {
      const step = take(event);
      if (step === undefined) return;
      step.call.end(answerOf(event));
      roots.set(event, step.root);
    },
    onToolCallStart(event: AiEvent) {
      const { toolCallId, toolName, input } = asRecord(event["toolCall"]) ?? {};
      const step = steps.get(asRecord(event["model"]) ?? event);
      if (step === undefined) return;
      const name = asText(toolName) ?? "tool";
      tools.set(toolCallId, new OpenCall({ kind: "TOOL", name, request: input, parent: step.root.context }));
    },
    onToolCallFinish(event: AiEvent) {
      const id = asRecord(event["toolCall"])?.["toolCallId"];
      if (event["success"] === false) tools.get(id)?.fail(event["error"]);
      else tools.get(id)?.end(event["output"]);
      tools.delete(id);
    },
    onFinish(event: AiEvent) {
      const last = asRecords(event["steps"]).at(-1);
      const root = last && roots.get(last);
      root?.end(gaveOf(event));
    },
  };
}

/** The open step that what a stream gave belongs to: where several are alike, the one whose messages were sent. */
function sameStep(
  event: AiEvent,
  streams: ReadonlySet<WeakRef<object>>,
  steps: WeakMap<object, OpenStep>,
): object | undefined {
  const model = asRecord(event["model"]);
  const alike = [...streams]
    .map((each) => each.deref())
    .filter((each) => each !== undefined)
    .filter((each) => {
      const start = steps.get(each)?.event;
      return (
        start?.["modelId"] === model?.["modelId"] &&
        start?.["provider"] === model?.["provider"] &&
        SHARED.every((name) => start?.[name] === event[name])
      );
    });
  if (alike.length <= 1) return alike[0];
  const sent = bodyText(event);
  return alike.find((each) => sent.includes(lastText(steps.get(each)?.event))) ?? alike[0];
}

const SHARED = ["stepNumber", "functionId", "metadata", "experimental_context"];

const plainModel = (model: AiEvent): AiEvent => ({ provider: model["provider"], modelId: model["modelId"] });

const bodyText = (event: AiEvent): string => {
  const body = asRecord(event["request"])?.["body"];
  return typeof body === "string" ? body : JSON.stringify(body ?? "");
};

/** The last text of the messages of a step, as it stands in JSON. */
const lastText = (event: AiEvent | undefined): string => {
  const content = asRecords(event?.["messages"]).at(-1)?.["content"];
  const text = asText(content) ?? asText(asRecords(content).at(-1)?.["text"]) ?? "";
  return JSON.stringify(text).slice(1, -1);
};

/** The AI SDK traces the call itself where the program asked for it: its span is the active one. */
function isTracedByItself(): boolean {
  const span = trace.getActiveSpan() as { attributes?: Attributes } | undefined;
  return asText(span?.attributes?.["ai.operationId"]) !== undefined;
}
