// The OpenInference attributes of one LLM call, from a plain description of it.
import type { Attributes } from "@opentelemetry/api";
import {
  AUDIO_MIME_TYPE,
  AUDIO_TRANSCRIPT,
  AUDIO_URL,
  IMAGE_URL,
  LLM_COST_COMPLETION,
  LLM_COST_PROMPT,
  LLM_COST_TOTAL,
  LLM_FINISH_REASON,
  LLM_INPUT_MESSAGES,
  LLM_INVOCATION_PARAMETERS,
  LLM_MODEL_NAME,
  LLM_OUTPUT_MESSAGES,
  LLM_PROVIDER,
  LLM_REQUEST_MODEL_NAME,
  LLM_RESPONSE_MODEL_NAME,
  LLM_SYSTEM,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_INPUT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE,
  LLM_TOKEN_COUNT_TOTAL,
  LLM_TOOLS,
  MESSAGE_CONTENT,
  MESSAGE_CONTENT_AUDIO,
  MESSAGE_CONTENT_DATA,
  MESSAGE_CONTENT_ENCRYPTED_CONTENT,
  MESSAGE_CONTENT_ID,
  MESSAGE_CONTENT_IMAGE,
  MESSAGE_CONTENT_SIGNATURE,
  MESSAGE_CONTENT_TEXT,
  MESSAGE_CONTENT_TYPE,
  MESSAGE_CONTENT_VIDEO,
  MESSAGE_CONTENTS,
  MESSAGE_NAME,
  MESSAGE_ROLE,
  MESSAGE_TOOL_CALL_ID,
  MESSAGE_TOOL_CALLS,
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON,
  TOOL_CALL_FUNCTION_NAME,
  TOOL_CALL_ID,
  TOOL_CALL_REASONING_SIGNATURE,
  TOOL_DESCRIPTION,
  TOOL_JSON_SCHEMA,
  TOOL_NAME,
  VIDEO_URL,
} from "@arizeai/openinference-semantic-conventions";
import { asList, asRecords } from "./llm/read-value.ts";
import { safeJson } from "./llm/safe-json.ts";

/** One tool call that a model asked for. */
export interface LlmToolCall {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** JSON text as the model wrote it, or the parsed arguments. */
  readonly arguments?: unknown;
  /** Gemini's `thoughtSignature` on a function call. */
  readonly reasoningSignature?: string | undefined;
}

/** One part of a message that is more than a single text. */
export interface LlmContent {
  /** `"text"`, `"image"`, `"audio"`, `"video"`, `"reasoning"`, `"refusal"`, or a provider's own word. */
  readonly type: string;
  readonly text?: string | undefined;
  /** Where the image, audio or video is: a URL or a `data:` URL. */
  readonly url?: string | undefined;
  /** Written for audio only. */
  readonly mimeType?: string | undefined;
  readonly transcript?: string | undefined;
  readonly id?: string | undefined;
  readonly signature?: string | undefined;
  readonly data?: string | undefined;
  readonly encryptedContent?: string | undefined;
  /** Of a `"tool_use"` part: a call that stands among other parts. Written beside `toolCalls`. */
  readonly toolCall?: LlmToolCall | undefined;
}

/** One message of a chat, sent or received. */
export interface LlmMessage {
  readonly role?: string | undefined;
  /** A list of one plain text is written as that text. */
  readonly content?: string | readonly LlmContent[] | undefined;
  /** The tool that produced a `"tool"` message. */
  readonly name?: string | undefined;
  readonly toolCallId?: string | undefined;
  readonly toolCalls?: readonly LlmToolCall[] | undefined;
}

/** One tool that the model may call. */
export interface LlmTool {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The whole definition, as an object or as JSON text. */
  readonly jsonSchema?: unknown;
}

/** Tokens of one call. The details are part of `prompt` and `completion`, not beside them. */
export interface LlmTokenCount {
  readonly prompt?: number | undefined;
  readonly completion?: number | undefined;
  readonly total?: number | undefined;
  readonly promptDetails?:
    | {
        readonly cacheRead?: number | undefined;
        readonly cacheWrite?: number | undefined;
        readonly cacheInput?: number | undefined;
        readonly audio?: number | undefined;
      }
    | undefined;
  readonly completionDetails?:
    | { readonly reasoning?: number | undefined; readonly audio?: number | undefined }
    | undefined;
}

/** What one LLM call was: the argument of `getActiveSpan().setLLM()`. Every part is optional. */
export interface LlmDescription {
  /** `llm.model_name`: the model that answered, else the one asked. */
  readonly model?: string | undefined;
  /** Only where it differs from the model that answered. */
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  /** Who hosts the model, e.g. `"openai"`, `"azure"`, `"aws"`. */
  readonly provider?: string | undefined;
  /** Whose product the model is, e.g. `"openai"`, `"anthropic"`, `"vertexai"`. */
  readonly system?: string | undefined;
  readonly inputMessages?: readonly LlmMessage[] | undefined;
  readonly outputMessages?: readonly LlmMessage[] | undefined;
  /** An object, or JSON text. */
  readonly invocationParameters?: unknown;
  readonly tools?: readonly LlmTool[] | undefined;
  readonly tokenCount?: LlmTokenCount | undefined;
  /** US dollars. */
  readonly cost?:
    | {
        readonly prompt?: number | undefined;
        readonly completion?: number | undefined;
        readonly total?: number | undefined;
      }
    | undefined;
  readonly finishReason?: string | undefined;
}

/**
 * Gives the OpenInference attributes of a description. Parts that are missing, or not of the stated type, give
 * no attribute. Never throws: a description that does gives what was read before.
 */
export function llmAttributes(description: LlmDescription): Attributes {
  const out: Attributes = {};
  try {
    writeDescription(out, description);
  } catch {
    // A getter of the caller's that throws: what was read until here is true and stays.
  }
  return out;
}

function writeDescription(out: Attributes, llm: LlmDescription): void {
  text(out, LLM_MODEL_NAME, llm.model);
  text(out, LLM_REQUEST_MODEL_NAME, llm.requestModel);
  text(out, LLM_RESPONSE_MODEL_NAME, llm.responseModel);
  text(out, LLM_PROVIDER, llm.provider);
  text(out, LLM_SYSTEM, llm.system);
  text(out, LLM_FINISH_REASON, llm.finishReason);
  json(out, LLM_INVOCATION_PARAMETERS, llm.invocationParameters);
  writeTokenCount(out, llm.tokenCount);
  number(out, LLM_COST_PROMPT, llm.cost?.prompt);
  number(out, LLM_COST_COMPLETION, llm.cost?.completion);
  number(out, LLM_COST_TOTAL, llm.cost?.total);
  each(llm.tools, (tool, index) => {
    const at = `${LLM_TOOLS}.${index}.`;
    text(out, at + TOOL_NAME, tool.name);
    text(out, at + TOOL_DESCRIPTION, tool.description);
    json(out, at + TOOL_JSON_SCHEMA, tool.jsonSchema);
  });
  each(llm.inputMessages, (message, index) => {
    writeMessage(out, `${LLM_INPUT_MESSAGES}.${index}.`, message);
  });
  each(llm.outputMessages, (message, index) => {
    writeMessage(out, `${LLM_OUTPUT_MESSAGES}.${index}.`, message);
  });
}

function writeTokenCount(out: Attributes, count: LlmTokenCount | undefined): void {
  number(out, LLM_TOKEN_COUNT_PROMPT, count?.prompt);
  number(out, LLM_TOKEN_COUNT_COMPLETION, count?.completion);
  number(out, LLM_TOKEN_COUNT_TOTAL, count?.total);
  number(out, LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ, count?.promptDetails?.cacheRead);
  number(out, LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE, count?.promptDetails?.cacheWrite);
  number(out, LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_INPUT, count?.promptDetails?.cacheInput);
  number(out, LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO, count?.promptDetails?.audio);
  number(out, LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING, count?.completionDetails?.reasoning);
  number(out, LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO, count?.completionDetails?.audio);
}

function writeMessage(out: Attributes, at: string, message: LlmMessage): void {
  text(out, at + MESSAGE_ROLE, message.role);
  text(out, at + MESSAGE_NAME, message.name);
  text(out, at + MESSAGE_TOOL_CALL_ID, message.toolCallId);
  writeContent(out, at, message.content);
  each(message.toolCalls, (call, index) => {
    writeToolCall(out, `${at}${MESSAGE_TOOL_CALLS}.${index}.`, call);
  });
}

function writeToolCall(out: Attributes, at: string, call: LlmToolCall): void {
  text(out, at + TOOL_CALL_ID, call.id);
  text(out, at + TOOL_CALL_FUNCTION_NAME, call.name);
  json(out, at + TOOL_CALL_FUNCTION_ARGUMENTS_JSON, call.arguments);
  text(out, at + TOOL_CALL_REASONING_SIGNATURE, call.reasoningSignature);
}

function writeContent(out: Attributes, at: string, content: LlmMessage["content"]): void {
  if (typeof content === "string") {
    out[at + MESSAGE_CONTENT] = content;
    return;
  }
  const parts = asRecords(content) as unknown as readonly LlmContent[];
  const [only, second] = parts.filter((part) => part.type !== "tool_use");
  if (only === undefined) return;
  if (second === undefined && only.type === "text" && only.signature === undefined && only.id === undefined) {
    text(out, at + MESSAGE_CONTENT, only.text);
    return;
  }
  each(parts, (part, index) => {
    const partAt = `${at}${MESSAGE_CONTENTS}.${index}.`;
    text(out, partAt + MESSAGE_CONTENT_TYPE, part.type);
    text(out, partAt + MESSAGE_CONTENT_TEXT, part.text);
    text(out, partAt + MESSAGE_CONTENT_ID, part.id);
    text(out, partAt + MESSAGE_CONTENT_SIGNATURE, part.signature);
    text(out, partAt + MESSAGE_CONTENT_DATA, part.data);
    text(out, partAt + MESSAGE_CONTENT_ENCRYPTED_CONTENT, part.encryptedContent);
    if (part.type === "image") text(out, `${partAt}${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`, part.url);
    if (part.type === "video") text(out, `${partAt}${MESSAGE_CONTENT_VIDEO}.${VIDEO_URL}`, part.url);
    if (part.type === "audio") {
      text(out, `${partAt}${MESSAGE_CONTENT_AUDIO}.${AUDIO_URL}`, part.url);
      text(out, `${partAt}${MESSAGE_CONTENT_AUDIO}.${AUDIO_MIME_TYPE}`, part.mimeType);
      text(out, `${partAt}${MESSAGE_CONTENT_AUDIO}.${AUDIO_TRANSCRIPT}`, part.transcript);
    }
    if (part.toolCall !== undefined) writeToolCall(out, partAt, part.toolCall);
  });
}

function each<T>(list: readonly T[] | undefined, visit: (item: T, index: number) => void): void {
  for (const [index, item] of asList(list).entries()) {
    if (typeof item === "object" && item !== null) visit(item as T, index);
  }
}

function text(out: Attributes, key: string, value: unknown): void {
  if (typeof value === "string") out[key] = value;
}

function number(out: Attributes, key: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value)) out[key] = value;
}

function json(out: Attributes, key: string, value: unknown): void {
  if (value === undefined || value === null) return;
  text(out, key, typeof value === "string" ? value : safeJson(value));
}
