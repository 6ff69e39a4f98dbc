// The messages of a model call, read from OpenInference attributes.
import {
  AUDIO_TRANSCRIPT,
  AUDIO_URL,
  IMAGE_URL,
  MESSAGE_CONTENT,
  MESSAGE_CONTENTS,
  MESSAGE_CONTENT_AUDIO,
  MESSAGE_CONTENT_IMAGE,
  MESSAGE_CONTENT_TEXT,
  MESSAGE_CONTENT_TYPE,
  MESSAGE_CONTENT_VIDEO,
  MESSAGE_FUNCTION_CALL_ARGUMENTS_JSON,
  MESSAGE_FUNCTION_CALL_NAME,
  MESSAGE_NAME,
  MESSAGE_ROLE,
  MESSAGE_TOOL_CALLS,
  MESSAGE_TOOL_CALL_ID,
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON,
  TOOL_CALL_FUNCTION_NAME,
  TOOL_CALL_ID,
  VIDEO_URL,
} from "@arizeai/openinference-semantic-conventions";
import type { JsonAttributes } from "../api.ts";
import { listAt, textAt } from "./attribute-lists.ts";

/** A tool that a model wants called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** A part of a message. */
export type MessagePart =
  | { readonly type: "text" | "reasoning" | "other"; readonly text: string; readonly label: string }
  | { readonly type: "image" | "media"; readonly url: string; readonly label: string }
  | { readonly type: "tool call"; readonly call: ToolCall };

/** A message; texts are empty where nothing was recorded. */
export interface Message {
  readonly role: string;
  readonly name: string;
  /** The call that it answers. */
  readonly toolCallId: string;
  readonly parts: readonly MessagePart[];
}

/** The messages under `prefix`, in their order. */
export function messagesAt(attributes: JsonAttributes, prefix: string): Message[] {
  return listAt(attributes, prefix).map((message) => {
    const content = textAt(message, MESSAGE_CONTENT);
    const parts = listAt(message, MESSAGE_CONTENTS).flatMap(partsOf);
    const said = parts.flatMap((part) => (part.type === "tool call" ? [part.call] : []));
    const calls = [...listAt(message, MESSAGE_TOOL_CALLS).map(toolCallOf), functionCallOf(message)];
    return {
      role: textAt(message, MESSAGE_ROLE),
      name: textAt(message, MESSAGE_NAME),
      toolCallId: textAt(message, MESSAGE_TOOL_CALL_ID),
      parts: [
        ...(content === "" ? [] : [textPart(content)]),
        ...parts,
        ...calls
          // A call among the contents is listed as a call again.
          .filter((call) => call.name !== "" && !said.some((other) => isSame(call, other)))
          .map((call) => ({ type: "tool call", call }) as const),
      ],
    };
  });
}

const textPart = (text: string): MessagePart => ({ type: "text", text, label: "" });

function partsOf(part: JsonAttributes): MessagePart[] {
  const type = textAt(part, MESSAGE_CONTENT_TYPE);
  const text = textAt(part, MESSAGE_CONTENT_TEXT);
  const call = toolCallOf(part);
  const parts: MessagePart[] = [];
  if (text !== "") {
    const known = type === "text" || type === "" ? "text" : type === "reasoning" ? type : "other";
    parts.push({ type: known, text, label: type });
  }
  const image = textAt(part, `${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`);
  if (image !== "") parts.push({ type: "image", url: image, label: "image" });
  const video = textAt(part, `${MESSAGE_CONTENT_VIDEO}.${VIDEO_URL}`);
  if (video !== "") parts.push({ type: "media", url: video, label: "video" });
  const audio = textAt(part, `${MESSAGE_CONTENT_AUDIO}.${AUDIO_URL}`);
  if (audio !== "") parts.push({ type: "media", url: audio, label: "audio" });
  const transcript = textAt(part, `${MESSAGE_CONTENT_AUDIO}.${AUDIO_TRANSCRIPT}`);
  if (transcript !== "") parts.push({ type: "other", text: transcript, label: "audio transcript" });
  if (call.name !== "") parts.push({ type: "tool call", call });
  return parts;
}

function toolCallOf(attributes: JsonAttributes): ToolCall {
  return {
    id: textAt(attributes, TOOL_CALL_ID),
    name: textAt(attributes, TOOL_CALL_FUNCTION_NAME),
    arguments: textAt(attributes, TOOL_CALL_FUNCTION_ARGUMENTS_JSON),
  };
}

/** What was a call before tools: one, without an id. */
function functionCallOf(message: JsonAttributes): ToolCall {
  return {
    id: "",
    name: textAt(message, MESSAGE_FUNCTION_CALL_NAME),
    arguments: textAt(message, MESSAGE_FUNCTION_CALL_ARGUMENTS_JSON),
  };
}

function isSame(a: ToolCall, b: ToolCall): boolean {
  return a.id === "" ? a.name === b.name && a.arguments === b.arguments : a.id === b.id;
}
