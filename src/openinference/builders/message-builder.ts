// Messages of a chat as attributes.
import {
  IMAGE_URL,
  MESSAGE_CONTENT,
  MESSAGE_CONTENT_DATA,
  MESSAGE_CONTENT_ENCRYPTED_CONTENT,
  MESSAGE_CONTENT_IMAGE,
  MESSAGE_CONTENT_SIGNATURE,
  MESSAGE_CONTENT_TEXT,
  MESSAGE_CONTENT_TYPE,
  MESSAGE_CONTENTS,
  MESSAGE_ROLE,
  MESSAGE_TOOL_CALL_ID,
  MESSAGE_TOOL_CALLS,
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON,
  TOOL_CALL_FUNCTION_NAME,
  TOOL_CALL_ID,
  TOOL_CALL_REASONING_SIGNATURE,
} from "@arizeai/openinference-semantic-conventions";
import type { AttributeWriter } from "../attribute-writer.ts";
import type { Message, MessageContent, ToolCall } from "./builder-values.ts";

/** Writes messages under `prefix`. */
export function writeMessages(to: AttributeWriter, prefix: string, messages: Message[] | undefined): void {
  to.each(messages, (message, index) => {
    const at = `${prefix}.${index}.`;
    to.text(at + MESSAGE_ROLE, message.role);
    to.text(at + MESSAGE_CONTENT, message.content);
    to.each(message.contents, (content, part) => {
      writeContent(to, `${at}${MESSAGE_CONTENTS}.${part}.`, content);
    });
    to.text(at + MESSAGE_TOOL_CALL_ID, message.toolCallId);
    to.each(message.toolCalls, (call, position) => {
      writeToolCall(to, `${at}${MESSAGE_TOOL_CALLS}.${position}.`, call);
    });
  });
}

function writeContent(to: AttributeWriter, at: string, content: MessageContent): void {
  to.text(at + MESSAGE_CONTENT_TYPE, content.type);
  if (content.type === "image") {
    to.text(`${at}${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`, content.image?.url);
    return;
  }
  if (content.type !== "text" && content.type !== "reasoning") return;
  to.text(at + MESSAGE_CONTENT_TEXT, content.text);
  if (content.type === "text") return;
  to.text(at + MESSAGE_CONTENT_SIGNATURE, content.signature);
  to.text(at + MESSAGE_CONTENT_DATA, content.data);
  to.text(at + MESSAGE_CONTENT_ENCRYPTED_CONTENT, content.encryptedContent);
}

function writeToolCall(to: AttributeWriter, at: string, call: ToolCall): void {
  to.text(at + TOOL_CALL_ID, call.id);
  to.text(at + TOOL_CALL_FUNCTION_NAME, call.function?.name);
  to.json(at + TOOL_CALL_FUNCTION_ARGUMENTS_JSON, call.function?.arguments);
  to.text(at + TOOL_CALL_REASONING_SIGNATURE, call.reasoningSignature);
}
