// OpenTelemetry's GenAI conventions with JSON messages (1.36 and later): AI SDK 7, Mastra, Anthropic's SDK and many others.
import {
  AGENT_NAME,
  DOCUMENT_CONTENT,
  EMBEDDING_MODEL_NAME,
  RERANKER_MODEL_NAME,
  SESSION_ID,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  TOOL_PARAMETERS,
} from "@arizeai/openinference-semantic-conventions";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { asList, asNumber, asRecords, asText, asWord } from "../openinference/read-value.ts";
import { answerText, onlyText, textOrJson } from "./draft-value.ts";
import { callsOf, finishReasonOf, readGenAiMessages, readInstructions } from "./gen-ai-messages.ts";
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
import { isListOfRecords, parsedJson, unwrapped } from "./json-value.ts";
import { attribute, dropped, input, onKinds, output, parameter } from "./rows.ts";
import type { SpanDraft } from "./span-draft.ts";
import type { ForeignSpan, Row, RowReader, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    chat: "LLM",
    text_completion: "LLM",
    generate_content: "LLM",
    embeddings: "EMBEDDING",
    retrieval: "RETRIEVER",
    rerank: "RERANKER",
    execute_tool: "TOOL",
    create_agent: "AGENT",
    invoke_agent: "AGENT",
    plan: "AGENT",
    invoke_workflow: "CHAIN",
    agent_step: "CHAIN",
  }),
);

/** Keys that tell the kind of a span without an operation, or of an operation without a kind. */
const TELLING: readonly (readonly [key: string, kind: SpanKindValue])[] = [
  ["gen_ai.tool.call.id", "TOOL"],
  ["gen_ai.tool.name", "TOOL"],
  ["gen_ai.retrieval.query.text", "RETRIEVER"],
  ["gen_ai.retrieval.documents", "RETRIEVER"],
  ["gen_ai.embeddings.dimension.count", "EMBEDDING"],
  ["gen_ai.input.messages", "LLM"],
  ["gen_ai.output.messages", "LLM"],
  ["gen_ai.request.model", "LLM"],
  ["gen_ai.response.model", "LLM"],
];

/** The kind of a span by the conventions; `undefined` for an operation that is none of these. */
export function genAiKind({ attributes, isOuter }: ForeignSpan): SpanKindValue | undefined {
  const operation = asWord(attributes["gen_ai.operation.name"]);
  const kind =
    operation === undefined
      ? TELLING.find(([key]) => attributes[key] !== undefined)?.[1]
      : KINDS.get(operation.toLowerCase());
  return isOuter && (kind === "EMBEDDING" || kind === "RERANKER") ? "CHAIN" : kind;
}

const MODEL_KEYS: Partial<Record<SpanKindValue, string>> = {
  EMBEDDING: EMBEDDING_MODEL_NAME,
  RERANKER: RERANKER_MODEL_NAME,
};

/** The model that was asked. */
export const requestModel: RowReader = (draft, value) => {
  const model = asWord(value);
  if (model === undefined) return false;
  draft.llm.requestModel ??= model;
  const key = draft.kind && MODEL_KEYS[draft.kind];
  if (key !== undefined) draft.attributes[key] ??= model;
  return draft.kind === "LLM" || draft.kind === "AGENT" || key !== undefined;
};

/** The model that answered. */
export const responseModel: RowReader = (draft, value) => {
  const model = asWord(value);
  if (model === undefined) return false;
  draft.llm.responseModel ??= model;
  const key = draft.kind && MODEL_KEYS[draft.kind];
  if (key !== undefined) draft.attributes[key] = model;
  return draft.kind === "LLM" || draft.kind === "AGENT" || key !== undefined;
};

/** The first of the finish reasons; `error` among them is a failure. */
export const finishReason: RowReader = (draft, value) => {
  const reasons = asList(unwrapped(value)).concat(typeof value === "string" ? [value] : []);
  const reason = reasons.map(asWord).find((word) => word !== undefined);
  if (reason === undefined) return false;
  draft.llm.finishReason ??= reason;
  if (reasons.includes("error")) draft.failure ??= "the model finished with an error";
  return draft.kind === "LLM";
};

const inputMessages: RowReader = (draft, value) => {
  const messages = readGenAiMessages(value);
  if (messages === undefined) return false;
  draft.inputMessages.push(...messages);
  const text = draft.inputMessages.length === messages.length ? onlyText(messages) : undefined;
  draft.input ??= text === undefined ? textOrJson(value) : { text, isJson: false };
  return isListOfRecords(value);
};

/** Of an agent they are text, calls and responses in one message: only its text is the output. */
const outputMessages: RowReader = (draft, value) => {
  const messages = readGenAiMessages(value);
  if (messages === undefined) return false;
  draft.outputMessages.push(...messages);
  draft.llm.finishReason ??= finishReasonOf(value);
  const text = answerText(messages);
  const calls = callsOf(messages);
  draft.output ??=
    text !== undefined
      ? { text, isJson: draft.attributes["gen_ai.output.type"] === "json" || isJsonObject(text, draft) }
      : calls.length > 0
        ? { text: JSON.stringify(calls), isJson: true }
        : textOrJson(value);
  return isListOfRecords(value);
};

const isJsonObject = (text: string, draft: SpanDraft): boolean =>
  draft.parameters["response_format"] === "json" && typeof parsedJson(text) === "object";

const instructions: RowReader = (draft, value) => {
  const message = readInstructions(value);
  if (message === undefined) return false;
  draft.inputMessages.unshift(message);
  return true;
};

const tools: RowReader = (draft, value) => {
  const list = unwrapped(value);
  if (!Array.isArray(list)) return false;
  draft.llm.tools ??= readTools(list);
  return draft.kind === "LLM" && isListOfRecords(list);
};

/** The parameters of the call: what the tool got. */
export const toolArguments: RowReader = (draft, value) => {
  const read = textOrJson(value);
  if (read === undefined) return false;
  draft.attributes[TOOL_PARAMETERS] ??= read.text;
  draft.input ??= read;
  return true;
};

/** The tool that was called: it names the span, too. */
export const toolName: RowReader = (draft, value) => {
  const name = asWord(value);
  if (name === undefined) return false;
  draft.attributes[TOOL_NAME] ??= name;
  if (draft.kind === "TOOL") draft.name ??= name;
  return true;
};

const retrievedDocuments: RowReader = (draft, value) => {
  const list = unwrapped(value);
  if (!Array.isArray(list)) return false;
  for (const document of asRecords(list)) {
    draft.outputDocuments.push({
      id: asText(document["id"]) ?? asNumber(document["id"])?.toString(),
      content: asText(document["content"]) ?? asText(document["text"]) ?? asText(document[DOCUMENT_CONTENT]),
      score: asNumber(document["score"]),
      metadata: document["metadata"],
    });
  }
  draft.output ??= textOrJson(value);
  return isListOfRecords(list);
};

/** The rows of the conventions, also for vocabularies that write some of their keys. */
export const GEN_AI_ROWS: readonly Row[] = [
  ["gen_ai.provider.name", vendor],
  ["gen_ai.system", vendor],
  ["gen_ai.request.model", requestModel],
  ["gen_ai.response.model", responseModel],
  ["gen_ai.request.max_tokens", parameter("max_tokens")],
  ["gen_ai.request.stop_sequences", parameter("stop_sequences")],
  ["gen_ai.request.choice.count", parameter("n")],
  ["gen_ai.request.encoding_formats", parameter("encoding_formats")],
  ["gen_ai.request.*", parameter()],
  ["gen_ai.output.type", parameter("response_format")],
  ["gen_ai.usage.input_tokens", promptTokens],
  ["gen_ai.usage.prompt_tokens", promptTokens],
  ["gen_ai.usage.output_tokens", completionTokens],
  ["gen_ai.usage.completion_tokens", completionTokens],
  ["gen_ai.usage.total_tokens", totalTokens],
  ["gen_ai.usage.cache_read.input_tokens", cacheReadTokens],
  ["gen_ai.usage.cache_read_input_tokens", cacheReadTokens],
  ["gen_ai.usage.cache_creation.input_tokens", cacheWriteTokens],
  ["gen_ai.usage.cache_write.input_tokens", cacheWriteTokens],
  ["gen_ai.usage.cache_creation_input_tokens", cacheWriteTokens],
  ["gen_ai.usage.reasoning.output_tokens", reasoningTokens],
  ["gen_ai.usage.reasoning_tokens", reasoningTokens],
  ["gen_ai.response.finish_reasons", finishReason],
  ["gen_ai.input.messages", inputMessages],
  ["gen_ai.system_instructions", instructions],
  ["gen_ai.output.messages", outputMessages],
  ["gen_ai.tool.definitions", tools],
  ["gen_ai.agent.name", onKinds(["AGENT"], attribute(AGENT_NAME))],
  ["gen_ai.conversation.id", attribute(SESSION_ID)],
  ["gen_ai.tool.name", toolName],
  ["gen_ai.tool.description", attribute(TOOL_DESCRIPTION)],
  ["gen_ai.tool.call.id", attribute("tool.id")],
  ["gen_ai.tool.type", onKinds(["TOOL"], dropped)],
  ["gen_ai.tool.call.arguments", toolArguments],
  ["gen_ai.tool.call.result", output],
  ["gen_ai.retrieval.query.text", input],
  ["gen_ai.retrieval.documents", retrievedDocuments],
  ["gen_ai.operation.name", (draft) => draft.kind !== undefined],
];

export const genAi: Vocabulary = {
  kind: genAiKind,
  rows: GEN_AI_ROWS,
  readEvent: (draft, name, attributes) => {
    if (name !== "gen_ai.client.inference.operation.details") return false;
    const rows = GEN_AI_ROWS.filter(([key]) => attributes[key] !== undefined);
    return rows.map(([key, read]) => read(draft, attributes[key], "")).every(Boolean) && rows.length > 0;
  },
  finish: completeTokens,
};
