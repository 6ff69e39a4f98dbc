// The AI SDK 7: every event has the id of its call, failures are told, and calls run where we say.
import { context } from "@opentelemetry/api";
import { asRecord, asText } from "../../openinference/read-value.ts";
import { answerOf, type AiEvent, askedOf, gaveOf, requestOf } from "./ai-requests.ts";
import type { AiTelemetry } from "./ai-telemetry.ts";
import { type CallBeginning, OpenCall } from "./open-call.ts";

/** A call of the program: an operation, and what it does. */
interface Operation {
  readonly start: AiEvent;
  readonly root: OpenCall;
  /** Calls of models, by their own id where they have one. */
  readonly calls: Map<unknown, OpenCall>;
  readonly tools: Map<unknown, OpenCall>;
}

/** What of an operation's span is said by the name of the operation. */
const CHAINS = ["ai.embed", "ai.embedMany", "ai.rerank"];
/** Operations that are one call of a model. */
const SINGLE = ["ai.generateSpeech", "ai.transcribe"];

const MODEL = "model";

/** The listeners for events with an id. */
export function callsById(): AiTelemetry {
  const operations = new Map<string, Operation>();
  const idOf = (event: AiEvent): string => String(event["callId"]);
  const of = (event: AiEvent): Operation | undefined => operations.get(idOf(event));

  const begin = (event: AiEvent, key: unknown, call: Omit<CallBeginning, "parent" | "capture">): void => {
    const operation = of(event);
    if (operation === undefined) return;
    const { start, root, calls } = operation;
    calls.set(key, new OpenCall({ ...call, parent: root.context, ...captureOf(start) }));
  };
  const end = (event: AiEvent, key: unknown, result: unknown): void => {
    const calls = of(event)?.calls;
    calls?.get(key)?.end(result);
    calls?.delete(key);
  };
  const fail = (event: AiEvent, error: unknown): void => {
    const operation = of(event);
    if (operation === undefined) return;
    for (const call of [...operation.calls.values(), ...operation.tools.values()]) call.fail(error);
    operation.calls.clear();
    operation.tools.clear();
  };

  return {
    onStart(event: AiEvent) {
      const operationId = asText(event["operationId"]) ?? "ai.generateText";
      const kind = SINGLE.includes(operationId) ? "LLM" : CHAINS.includes(operationId) ? "CHAIN" : "AGENT";
      const request =
        kind === "LLM" ? requestOf(event) : (event["value"] ?? event["values"] ?? askedOf(event));
      const name = asText(event["functionId"]) ?? operationId;
      const root = new OpenCall({ kind, name, request, parent: context.active(), ...captureOf(event) });
      operations.set(idOf(event), { start: event, root, calls: new Map(), tools: new Map() });
    },
    onLanguageModelCallStart(event: AiEvent) {
      const name = `chat ${asText(event["modelId"]) ?? ""}`.trim();
      begin(event, MODEL, { kind: "LLM", name, request: requestOf(event, of(event)?.start) });
    },
    onLanguageModelCallEnd: (event: AiEvent) => end(event, MODEL, answerOf(event)),
    onObjectStepStart(event: AiEvent) {
      const name = `chat ${asText(event["modelId"]) ?? ""}`.trim();
      begin(event, MODEL, { kind: "LLM", name, request: requestOf(event, of(event)?.start) });
    },
    onObjectStepEnd: (event: AiEvent) => end(event, MODEL, answerOf(event)),
    onEmbedStart(event: AiEvent) {
      const name = `embed ${asText(event["modelId"]) ?? ""}`.trim();
      const request = { model: event["modelId"], values: event["values"] };
      begin(event, event["embedCallId"], { kind: "EMBEDDING", name, request });
    },
    onEmbedEnd({ embeddings, usage, ...event }: AiEvent) {
      const { modelId } = event;
      end(event, event["embedCallId"], { embeddings, usage, model: modelId });
    },
    onRerankStart({ modelId, query, documents, topN, ...event }: AiEvent) {
      const request = { model: modelId, query, documents, topN };
      begin(event, MODEL, { kind: "RERANKER", name: `rerank ${String(modelId)}`, request });
    },
    onRerankEnd: (event: AiEvent) => end(event, MODEL, { ranking: event["ranking"] }),
    onToolExecutionStart(event: AiEvent) {
      const operation = of(event);
      const { toolName, toolCallId, input } = asRecord(event["toolCall"]) ?? {};
      if (operation === undefined) return;
      const call = { kind: "TOOL", name: asText(toolName) ?? "tool", request: input } as const;
      operation.tools.set(
        toolCallId,
        new OpenCall({ ...call, parent: operation.root.context, ...captureOf(operation.start) }),
      );
    },
    onToolExecutionEnd(event: AiEvent) {
      const tools = of(event)?.tools;
      const id = asRecord(event["toolCall"])?.["toolCallId"];
      const output = asRecord(event["toolOutput"]);
      if (output?.["type"] === "tool-error") tools?.get(id)?.fail(output["error"]);
      else tools?.get(id)?.end(output?.["output"]);
      tools?.delete(id);
    },
    executeTool({ execute, ...event }: AiEvent & { execute: () => unknown }) {
      return inside(of(event)?.tools.get(event["toolCallId"]), execute);
    },
    executeLanguageModelCall({ execute, ...event }: AiEvent & { execute: () => unknown }) {
      return inside(of(event)?.calls.get(MODEL), execute);
    },
    onStepError: (event: AiEvent) => fail(event, event["error"]),
    onEnd(event: AiEvent) {
      const operation = of(event);
      operations.delete(idOf(event));
      operation?.root.end(
        SINGLE.includes(String(operation.start["operationId"])) ? answerOf(event) : gaveOf(event),
      );
    },
    onError(event: AiEvent) {
      fail(event, event["error"]);
      of(event)?.root.fail(event["error"]);
      operations.delete(idOf(event));
    },
    onAbort(event: AiEvent) {
      const reason = event["reason"] ?? new DOMException("The call was aborted.", "AbortError");
      fail(event, reason);
      of(event)?.root.fail(reason);
      operations.delete(idOf(event));
    },
  };
}

const inside = (call: OpenCall | undefined, execute: () => unknown): unknown =>
  call === undefined ? execute() : context.with(call.context, execute);

/** What the program told the AI SDK not to record. */
const captureOf = (start: AiEvent): Pick<CallBeginning, "capture"> => ({
  capture: {
    ...(start["recordInputs"] === false && { captureInput: false }),
    ...(start["recordOutputs"] === false && { captureOutput: false }),
  },
});
