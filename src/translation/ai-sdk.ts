// The AI SDK's own words: all spans of versions 4 to 6, of 7 with `LegacyOpenTelemetry`, and what 7 adds to the GenAI conventions.
import { AGENT_NAME, RERANKER_MODEL_NAME } from "@arizeai/openinference-semantic-conventions";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { readMessages } from "../openinference/llm/ai-sdk/ai-sdk-messages.ts";
import { asList, asNumber, asRecord, asRecords, asText, asWord } from "../openinference/read-value.ts";
import type { LlmContent, LlmMessage } from "../openinference/llm/llm-description.ts";
import { messageOf, textPart, toolCallPart } from "../openinference/llm/message-content.ts";
import { onlyText, textOrJson } from "./draft-value.ts";
import { embeddedValues, embeddedVectors, ranking, rerankDocuments } from "./ai-sdk-retrieval.ts";
import { finishReason, requestModel, responseModel, toolArguments, toolName } from "./gen-ai.ts";
import {
  cacheReadTokens,
  cacheWriteTokens,
  completeTokens,
  completionTokens,
  promptTokens,
  readTools,
  reasoningTokens,
  totalTokens,
  vendor,
} from "./gen-ai-values.ts";
import { isListOfRecords, parsedList, unwrapped } from "./json-value.ts";
import { attribute, dropped, metadata, onKinds, output, parameter } from "./rows.ts";
import type { SpanDraft } from "./span-draft.ts";
import type { ForeignSpan, Row, RowReader, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    "ai.generateText": "AGENT",
    "ai.streamText": "AGENT",
    "ai.generateObject": "AGENT",
    "ai.streamObject": "AGENT",
    "ai.embed": "CHAIN",
    "ai.embedMany": "CHAIN",
    "ai.rerank": "CHAIN",
    "ai.toolCall": "TOOL",
    "ai.generateText.doGenerate": "LLM",
    "ai.streamText.doStream": "LLM",
    "ai.generateObject.doGenerate": "LLM",
    "ai.streamObject.doStream": "LLM",
    "ai.embed.doEmbed": "EMBEDDING",
    "ai.embedMany.doEmbed": "EMBEDDING",
    "ai.rerank.doRerank": "RERANKER",
  }),
);

function kindOf(foreign: ForeignSpan): SpanKindValue | undefined {
  const operation = asWord(foreign.attributes["ai.operationId"]);
  return operation === undefined ? undefined : KINDS.get(operation);
}

/** The prompt of a whole call: its own text where that is all, else the JSON as it came. */
const prompt: RowReader = (draft, value) => {
  const read = unwrapped(value);
  const record = asRecord(read);
  const lone = record && Object.keys(record).length === 1 ? record : undefined;
  const messages = lone === undefined ? undefined : asRecords(lone["messages"]).flatMap(readMessages);
  const text = asText(lone?.["prompt"]) ?? (messages && onlyText(messages));
  draft.input ??= text === undefined ? textOrJson(value) : { text, isJson: false };
  return draft.input !== undefined;
};

const promptMessages: RowReader = (draft, value) => {
  const list = unwrapped(value);
  if (!Array.isArray(list)) return false;
  const messages = asRecords(list).flatMap(readMessages);
  draft.inputMessages.push(...messages);
  const text = onlyText(messages);
  draft.input ??= text === undefined ? textOrJson(value) : { text, isJson: false };
  return messages.length > 0 && isListOfRecords(list);
};

const promptTools: RowReader = (draft, value) => {
  draft.llm.tools ??= readTools(parsedList(value));
  return draft.llm.tools.length > 0 && draft.llm.tools.length === asList(value).length;
};

const answerPart =
  (part: "reasoning" | "text" | "object"): RowReader =>
  (draft, value) => {
    if (typeof value !== "string") return false;
    draft.answer[part] = value;
    return true;
  };

const answerCalls: RowReader = (draft, value) => {
  const list = unwrapped(value);
  if (!Array.isArray(list)) return false;
  draft.answer.calls = asRecords(list).map((call) =>
    toolCallPart({
      id: asText(call["toolCallId"]),
      name: asText(call["toolName"]),
      arguments: call["input"] ?? call["args"],
    }),
  );
  return true;
};

function finishAnswer(draft: SpanDraft): void {
  const { reasoning, text, object, calls = [] } = draft.answer;
  const parts: LlmContent[] = [
    ...(reasoning === undefined || reasoning === "" ? [] : [{ type: "reasoning", text: reasoning }]),
    ...((text ?? object ?? "") === "" ? [] : [textPart(text ?? object)]),
    ...calls,
  ];
  if (parts.length > 0 && draft.outputMessages.length === 0) {
    draft.outputMessages.push(messageOf("assistant", parts) satisfies LlmMessage);
  }
  if (object !== undefined) draft.output ??= { text: object, isJson: true };
  else if ((text ?? "") !== "") draft.output ??= { text: text ?? "", isJson: false };
  else if (calls.length > 0) draft.output ??= { text: JSON.stringify(calls.map(shownCall)), isJson: true };
}

const shownCall = ({ toolCall }: LlmContent): unknown => ({
  id: toolCall?.id,
  name: toolCall?.name,
  arguments: unwrapped(toolCall?.arguments),
});

/** Of version 5 over Anthropic, whose own number leaves the cache out. */
function addCachedTokens({ tokens }: SpanDraft, { span: { attributes } }: ForeignSpan): void {
  const provider = asText(attributes["ai.model.provider"]) ?? asText(attributes["gen_ai.system"]);
  const cached = asNumber(attributes["ai.usage.cachedInputTokens"]);
  if (!provider?.startsWith("anthropic") || cached === undefined || tokens.prompt === undefined) return;
  const isNewer = Object.keys(attributes).some((key) => key.startsWith("ai.usage.inputTokenDetails."));
  if (isNewer) return;
  tokens.prompt += cached;
  tokens.total = undefined;
}

/** The part of a call's name that tells what it is for: an agent's name, and the name of a root. */
const functionId: RowReader = (draft, value) => {
  if (draft.kind === "AGENT" && asWord(value) !== undefined) draft.attributes[AGENT_NAME] ??= value as string;
  return draft.kind === "AGENT";
};

const operationName: RowReader = (draft, value) => {
  const name = asWord(value);
  if (name === undefined) return false;
  if (draft.isRoot && (draft.kind === "AGENT" || draft.kind === "CHAIN")) draft.name ??= name;
  return true;
};

const AI_SDK_ROWS: readonly Row[] = [
  ["ai.toolCall.name", toolName],
  ["ai.toolCall.id", attribute("tool.id")],
  ["ai.toolCall.args", toolArguments],
  ["ai.toolCall.result", output],
  ["ai.model.provider", vendor],
  ["ai.model.id", requestModel],
  ["ai.response.model", responseModel],
  ["ai.prompt", prompt],
  ["ai.prompt.messages", promptMessages],
  ["ai.prompt.tools", promptTools],
  ["ai.prompt.toolChoice", onKinds(["LLM"], parameter("tool_choice"))],
  ["ai.prompt.format", dropped],
  ["ai.settings.context.*", metadata],
  ["ai.settings.maxRetries", dropped],
  ["ai.settings.output", dropped],
  ["ai.settings.mode", dropped],
  ["ai.settings.maxSteps", dropped],
  ["ai.settings.*", onKinds(["LLM"], (draft, value, rest) => setting(draft, value, rest))],
  ["ai.response.text", answerPart("text")],
  ["ai.response.reasoning", answerPart("reasoning")],
  ["ai.response.object", answerPart("object")],
  ["ai.response.toolCalls", answerCalls],
  ["ai.response.finishReason", finishReason],
  ["ai.usage.inputTokenDetails.cacheReadTokens", cacheReadTokens],
  ["ai.usage.inputTokenDetails.cacheWriteTokens", cacheWriteTokens],
  ["ai.usage.outputTokenDetails.reasoningTokens", reasoningTokens],
  ["ai.usage.inputTokenDetails.*", dropped],
  ["ai.usage.outputTokenDetails.*", dropped],
  ["ai.usage.inputTokens", promptTokens],
  ["ai.usage.promptTokens", promptTokens],
  ["ai.usage.outputTokens", completionTokens],
  ["ai.usage.completionTokens", completionTokens],
  ["ai.usage.cachedInputTokens", cacheReadTokens],
  ["ai.usage.reasoningTokens", reasoningTokens],
  ["ai.usage.totalTokens", totalTokens],
  ["ai.usage.tokens", promptTokens],
  ["ai.value", embeddedValues],
  ["ai.values", embeddedValues],
  ["ai.embedding", embeddedVectors],
  ["ai.embeddings", embeddedVectors],
  ["ai.documents", rerankDocuments],
  ["ai.ranking", ranking],
  ["ai.ranking.type", dropped],
  ["ai.schema", onKinds(["LLM"], parameter("response_format"))],
  ["ai.telemetry.metadata.*", metadata],
  ["ai.telemetry.functionId", functionId],
  ["resource.name", dropped],
  ["operation.name", operationName],
  ["ai.operationId", (draft) => draft.kind !== undefined],
];

/** Settings that the conventions name too stand under the conventions' names already. */
const SAME_SETTINGS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    maxTokens: "max_tokens",
    maxOutputTokens: "max_tokens",
    topP: "top_p",
    topK: "top_k",
    presencePenalty: "presence_penalty",
    frequencyPenalty: "frequency_penalty",
    stopSequences: "stop_sequences",
  }),
);

const setting: RowReader = (draft, value, rest) =>
  parameter(SAME_SETTINGS.get(rest) ?? rest)(draft, value, rest);

export const aiSdk: Vocabulary = {
  kind: kindOf,
  rows: AI_SDK_ROWS,
  readEvent: (_draft, name) => name.startsWith("ai.stream."),
  finish(draft, foreign) {
    finishAnswer(draft);
    addCachedTokens(draft, foreign);
    completeTokens(draft);
    if (draft.kind !== "RERANKER") delete draft.attributes[RERANKER_MODEL_NAME];
  },
};
