// The messages of the AI SDK's useChat: `{ role, parts }`, with the tools' results inside the parts of the model.
import type { LlmContent, LlmMessage } from "../llm-description.ts";
import { jsonContent, mediaPart, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
import { asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

/** Whether a message has the parts of useChat. */
export function isUiMessage(message: ReadRecord): boolean {
  return asRecords(message["parts"]).some((part) => typeof part["type"] === "string");
}

/** Reads one message of useChat. What the model says after a tool's result is a message of its own. */
export function readUiMessage(message: ReadRecord): LlmMessage[] {
  const role = asText(message["role"]) ?? "assistant";
  const messages: LlmMessage[] = [];
  let content: LlmContent[] = [];
  let results: LlmMessage[] = [];
  const flush = (): void => {
    if (content.length > 0) messages.push(messageOf(role, content));
    messages.push(...results);
    content = [];
    results = [];
  };
  for (const part of asRecords(message["parts"])) {
    const type = asText(part["type"]) ?? "";
    if (type === "step-start") continue;
    const call = toolCallOf(part, type);
    if (results.length > 0 && call === undefined) flush();
    if (call === undefined) {
      content.push(readPart(part, type));
      continue;
    }
    content.push(toolCallPart(call.call));
    if (call.result !== undefined) results.push(call.result);
  }
  for (const attachment of asRecords(message["experimental_attachments"])) {
    content.push(mediaPart(attachment, attachment["url"], asText(attachment["contentType"])));
  }
  flush();
  return messages;
}

function readPart(part: ReadRecord, type: string): LlmContent {
  switch (type) {
    case "text":
      return textPart(asText(part["text"]));
    case "reasoning":
      return { type, text: asText(part["text"]) ?? asText(part["reasoning"]) };
    case "file":
      return mediaPart(part, part["url"] ?? part["data"], asText(part["mediaType"] ?? part["mimeType"]));
    default:
      return otherPart(part);
  }
}

/** A call and its result are one part: `tool-<name>`, `dynamic-tool`, or, in the AI SDK 4, `tool-invocation`. */
function toolCallOf(
  part: ReadRecord,
  type: string,
):
  | { readonly call: NonNullable<LlmContent["toolCall"]>; readonly result: LlmMessage | undefined }
  | undefined {
  const told = type === "tool-invocation" ? asRecord(part["toolInvocation"]) : part;
  if (told === undefined || (type !== "dynamic-tool" && !type.startsWith("tool-"))) return undefined;
  const id = asText(told["toolCallId"]);
  const name = asText(told["toolName"]) ?? type.slice("tool-".length);
  const output = told["output"] ?? told["result"] ?? told["errorText"];
  return {
    call: { id, name, arguments: told["input"] ?? told["args"] ?? told["rawInput"] },
    result:
      output === undefined
        ? undefined
        : {
            role: "tool",
            name,
            toolCallId: id,
            content: typeof output === "string" ? output : jsonContent(output),
          },
  };
}
