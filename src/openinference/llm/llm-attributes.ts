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
import { writeAttributes, type AttributeWriter } from "../attribute-writer.ts";
import type {
  LlmContent,
  LlmDescription,
  LlmMessage,
  LlmTokenCount,
  LlmToolCall,
} from "./llm-description.ts";
import { asRecords } from "../read-value.ts";

/**
 * Gives the OpenInference attributes of a description. Parts that are missing, or not of the stated type, give no
 * attribute. Texts over `maxLength` characters are cut with a marker, JSON so that it stays JSON. Never throws: a
 * description that does gives what was read before.
 */
export function llmAttributes(description: LlmDescription, maxLength: number): Attributes {
  return writeAttributes(maxLength, (to) => {
    writeDescription(to, description);
  });
}

function writeDescription(to: AttributeWriter, llm: LlmDescription): void {
  to.text(LLM_MODEL_NAME, llm.model);
  to.text(LLM_REQUEST_MODEL_NAME, llm.requestModel);
  to.text(LLM_RESPONSE_MODEL_NAME, llm.responseModel);
  to.text(LLM_PROVIDER, llm.provider);
  to.text(LLM_SYSTEM, llm.system);
  to.text(LLM_FINISH_REASON, llm.finishReason);
  to.json(LLM_INVOCATION_PARAMETERS, llm.invocationParameters);
  writeTokenCount(to, llm.tokenCount);
  to.number(LLM_COST_PROMPT, llm.cost?.prompt);
  to.number(LLM_COST_COMPLETION, llm.cost?.completion);
  to.number(LLM_COST_TOTAL, llm.cost?.total);
  to.each(llm.tools, (tool, index) => {
    const at = `${LLM_TOOLS}.${index}.`;
    to.text(at + TOOL_NAME, tool.name);
    to.text(at + TOOL_DESCRIPTION, tool.description);
    to.json(at + TOOL_JSON_SCHEMA, tool.jsonSchema);
  });
  to.each(llm.inputMessages, (message, index) => {
    writeMessage(to, `${LLM_INPUT_MESSAGES}.${index}.`, message);
  });
  to.each(llm.outputMessages, (message, index) => {
    writeMessage(to, `${LLM_OUTPUT_MESSAGES}.${index}.`, message);
  });
}

function writeTokenCount(to: AttributeWriter, count: LlmTokenCount | undefined): void {
  to.number(LLM_TOKEN_COUNT_PROMPT, count?.prompt);
  to.number(LLM_TOKEN_COUNT_COMPLETION, count?.completion);
  to.number(LLM_TOKEN_COUNT_TOTAL, count?.total);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ, count?.promptDetails?.cacheRead);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE, count?.promptDetails?.cacheWrite);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_INPUT, count?.promptDetails?.cacheInput);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO, count?.promptDetails?.audio);
  to.number(LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING, count?.completionDetails?.reasoning);
  to.number(LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO, count?.completionDetails?.audio);
}

function writeMessage(to: AttributeWriter, at: string, message: LlmMessage): void {
  to.text(at + MESSAGE_ROLE, message.role);
  to.text(at + MESSAGE_NAME, message.name);
  to.text(at + MESSAGE_TOOL_CALL_ID, message.toolCallId);
  writeContent(to, at, message.content);
  to.each(message.toolCalls, (call, index) => {
    writeToolCall(to, `${at}${MESSAGE_TOOL_CALLS}.${index}.`, call);
  });
}

function writeToolCall(to: AttributeWriter, at: string, call: LlmToolCall): void {
  to.text(at + TOOL_CALL_ID, call.id);
  to.text(at + TOOL_CALL_FUNCTION_NAME, call.name);
  to.json(at + TOOL_CALL_FUNCTION_ARGUMENTS_JSON, call.arguments);
  to.text(at + TOOL_CALL_REASONING_SIGNATURE, call.reasoningSignature);
}

function writeContent(to: AttributeWriter, at: string, content: LlmMessage["content"]): void {
  if (typeof content === "string") {
    to.text(at + MESSAGE_CONTENT, content);
    return;
  }
  const parts = asRecords(content) as unknown as readonly LlmContent[];
  const [only, second] = parts.filter((part) => part.type !== "tool_use");
  if (only === undefined) return;
  if (second === undefined && only.type === "text" && only.signature === undefined && only.id === undefined) {
    writeText(to, at + MESSAGE_CONTENT, only);
    return;
  }
  to.each(parts, (part, index) => {
    const partAt = `${at}${MESSAGE_CONTENTS}.${index}.`;
    to.text(partAt + MESSAGE_CONTENT_TYPE, part.type);
    writeText(to, partAt + MESSAGE_CONTENT_TEXT, part);
    to.text(partAt + MESSAGE_CONTENT_ID, part.id);
    to.text(partAt + MESSAGE_CONTENT_SIGNATURE, part.signature);
    to.text(partAt + MESSAGE_CONTENT_DATA, part.data);
    to.text(partAt + MESSAGE_CONTENT_ENCRYPTED_CONTENT, part.encryptedContent);
    if (part.type === "image") to.text(`${partAt}${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`, part.url);
    if (part.type === "video") to.text(`${partAt}${MESSAGE_CONTENT_VIDEO}.${VIDEO_URL}`, part.url);
    if (part.type === "audio") {
      to.text(`${partAt}${MESSAGE_CONTENT_AUDIO}.${AUDIO_URL}`, part.url);
      to.text(`${partAt}${MESSAGE_CONTENT_AUDIO}.${AUDIO_MIME_TYPE}`, part.mimeType);
      to.text(`${partAt}${MESSAGE_CONTENT_AUDIO}.${AUDIO_TRANSCRIPT}`, part.transcript);
    }
    if (part.toolCall !== undefined) writeToolCall(to, partAt, part.toolCall);
  });
}

function writeText(to: AttributeWriter, key: string, part: LlmContent): void {
  if (part.text === undefined) to.asJson(key, part.json);
  else to.text(key, part.text);
}
