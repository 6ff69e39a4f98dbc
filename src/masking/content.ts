// Which attribute holds what: a row of keys for each kind of content, OpenInference's own keys and other makers'.

import { KeyMemory } from "./key-memory.ts";

/** A kind of content that a setting can hide. */
export type Content =
  | "inputValue"
  | "inputMimeType"
  | "inputImages"
  | "inputMessageText"
  | "inputMessageImage"
  | "inputMessages"
  | "inputMessagesJson"
  | "outputValue"
  | "outputMimeType"
  | "outputImages"
  | "outputMessageText"
  | "outputMessages"
  | "outputMessagesJson"
  | "prompts"
  | "promptMessages"
  | "choices"
  | "promptVariables"
  | "invocationParameters"
  | "tools"
  | "toolParameters"
  | "functionCall"
  | "documents"
  | "queries"
  | "rerankedDocuments"
  | "embeddingText"
  | "embeddingVector"
  | "exceptionText"
  | "statusMessage"
  | "noContent";

/** The key under which `mask` is asked for the status message. */
export const STATUS_MESSAGE = "status.message";

const MESSAGE_TEXTS = [
  "message.content",
  "message_content.text",
  "message_content.data",
  "message_content.encrypted_content",
  "audio.transcript",
  "tool_call.function.arguments",
  "message.function_call_arguments_json",
];

const below = (list: string, names: readonly string[]): string[] => names.map((name) => `${list}.**.${name}`);

/**
 * The keys of each content; the first row that has a key counts. A key means itself and everything below it; `**` stands
 * for any levels, `*` for the rest of one. What is not here is content of no rule.
 */
export const CONTENT_ROWS: readonly (readonly [Content, readonly string[]])[] = [
  ["inputValue", ["input.value"]],
  ["inputMimeType", ["input.mime_type"]],
  ["inputImages", ["input.images"]],
  ["inputMessageImage", below("llm.input_messages", ["message_content.image"])],
  ["inputMessageText", below("llm.input_messages", MESSAGE_TEXTS)],
  ["inputMessages", ["llm.input_messages"]],
  ["outputValue", ["output.value"]],
  ["outputMimeType", ["output.mime_type"]],
  ["outputImages", ["output.images"]],
  ["outputMessageText", below("llm.output_messages", MESSAGE_TEXTS)],
  ["outputMessages", ["llm.output_messages"]],
  // OpenLLMetry's messages, under a name that is OpenInference's for prompts.
  [
    "promptMessages",
    ["role", "content", "tool_calls", "tool_call_id"].map((part) => `llm.prompts.*.${part}`),
  ],
  ["prompts", ["llm.prompts"]],
  ["choices", ["llm.choices"]],
  ["promptVariables", ["llm.prompt_template.variables"]],
  ["invocationParameters", ["llm.invocation_parameters"]],
  ["tools", ["llm.tools"]],
  ["toolParameters", ["tool.parameters"]],
  ["functionCall", ["llm.function_call"]],
  ["documents", ["retrieval.documents"]],
  ["queries", ["retrieval.query", "retrieval.input", "retrieval.input_documents"]],
  ["queries", ["reranker.query", "reranker.input_documents"]],
  ["rerankedDocuments", ["reranker.output_documents"]],
  ["embeddingText", ["embedding.**.text"]],
  ["embeddingVector", ["embedding.**.vector"]],
  ["exceptionText", ["exception.message", "exception.stacktrace"]],
  ["statusMessage", [STATUS_MESSAGE]],
];

/** What translation makes OpenInference attributes of, by the content of what it makes. */
export const FOREIGN_CONTENT_ROWS: readonly (readonly [Content, readonly string[]])[] = [
  ["tools", ["ai.prompt.tools", "gen_ai.tool.definitions", "llm.request.functions"]],
  [
    "noContent",
    ["ai.prompt.format", "ai.settings.context", "ai.settings.maxRetries", "gen_ai.request.model"],
  ],
  ["invocationParameters", ["ai.prompt.toolChoice", "ai.schema", "ai.settings", "gen_ai.request"]],
  ["invocationParameters", ["gen_ai.output.type", "llm.frequency_penalty", "llm.presence_penalty"]],
  ["invocationParameters", ["llm.top_k", "llm.chat.stop_sequences"]],
  ["inputMessagesJson", ["ai.prompt", "gen_ai.input.messages", "gen_ai.system_instructions"]],
  ["inputMessagesJson", ["gen_ai.prompt", "gcp.vertex.agent.llm_request"]],
  ["outputMessagesJson", ["ai.response.text", "ai.response.reasoning", "ai.response.toolCalls"]],
  ["outputMessagesJson", ["ai.response.object", "ai.response.files", "ai.result"]],
  ["outputMessagesJson", ["gen_ai.output.messages", "gen_ai.completion", "llm.completions"]],
  ["outputMessagesJson", ["gcp.vertex.agent.llm_response"]],
  ["toolParameters", ["ai.toolCall.args", "gen_ai.tool.call.arguments", "gcp.vertex.agent.tool_call_args"]],
  ["outputValue", ["ai.toolCall.result", "gen_ai.tool.call.result", "gcp.vertex.agent.tool_response"]],
  [
    "inputValue",
    ["genkit:input", "traceloop.entity.input", "mastra.**.input", "input", "gcp.vertex.agent.data"],
  ],
  ["outputValue", ["genkit:output", "traceloop.entity.output", "mastra.**.output", "output"]],
  ["queries", ["gen_ai.retrieval.query", "ai.documents"]],
  ["documents", ["gen_ai.retrieval.documents"]],
  ["rerankedDocuments", ["ai.ranking"]],
  ["embeddingText", ["ai.value", "ai.values"]],
  ["embeddingVector", ["ai.embedding", "ai.embeddings"]],
];

/** Events of OpenTelemetry's older GenAI conventions: every attribute but a few names and numbers is a message. */
const MESSAGE_EVENTS: ReadonlyMap<string, Content> = new Map([
  ["gen_ai.system.message", "inputMessagesJson"],
  ["gen_ai.user.message", "inputMessagesJson"],
  ["gen_ai.assistant.message", "inputMessagesJson"],
  ["gen_ai.tool.message", "inputMessagesJson"],
  ["gen_ai.choice", "outputMessagesJson"],
]);
const NO_MESSAGE: ReadonlySet<string> = new Set([
  "role",
  "id",
  "name",
  "index",
  "finish_reason",
  "gen_ai.system",
  "gen_ai.provider.name",
  "event.name",
]);

/** Contents that make a span one that has messages. */
export const MESSAGES: ReadonlySet<Content> = new Set<Content>([
  "inputMessageText",
  "inputMessageImage",
  "inputMessages",
  "inputMessagesJson",
  "promptMessages",
  "outputMessageText",
  "outputMessages",
  "outputMessagesJson",
]);

let patterns: readonly (readonly [Content, RegExp])[] | undefined;

const known = new KeyMemory<Content | undefined>((key) => {
  patterns ??= [...CONTENT_ROWS, ...FOREIGN_CONTENT_ROWS].flatMap(([content, keys]) =>
    keys.map((pattern) => [content, keyPattern(pattern)] as const),
  );
  return patterns.find(([, pattern]) => pattern.test(key))?.[0];
});

/** What an attribute of this key holds; `undefined` for no content of any rule. */
export function contentOf(key: string): Content | undefined {
  return known.get(key);
}

/** What an attribute of an event holds. */
export function contentOfEvent(eventName: string, key: string): Content | undefined {
  return contentOfMessageEvent(eventName, key) ?? contentOf(key);
}

/** What it holds where its event is a message; `undefined` for other events. */
export function contentOfMessageEvent(eventName: string, key: string): Content | undefined {
  const content = MESSAGE_EVENTS.get(eventName);
  return content !== undefined && !NO_MESSAGE.has(key) ? content : undefined;
}

const keyPattern = (pattern: string): RegExp => {
  const source = pattern
    .replaceAll(".**.", "\0")
    .replaceAll(".", "\\.")
    .replaceAll("*", "[^.]*")
    .replaceAll("\0", "\\.(?:.+\\.)?");
  return new RegExp(`^${source}(?:\\..*)?$`, "s");
};
