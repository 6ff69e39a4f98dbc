// The chunks of a LangChain chat model, made into a message.
import type { LlmFold } from "../llm-shape.ts";
import { readContentList } from "../openai-chat/openai-chat-content.ts";
import { ToolCallDrafts } from "../openai-chat/openai-chat-tool-calls.ts";
import { isLangChainMessage, membersOf } from "./langchain-messages.ts";
import { asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

/** The message within a chunk: itself, a generation of `_streamResponseChunks`, or an event of `streamEvents`. */
export function chunkOf(value: ReadRecord): ReadRecord | undefined {
  if (isLangChainMessage(value)) return value;
  const held =
    value["event"] === "on_chat_model_stream"
      ? asRecord(asRecord(value["data"])?.["chunk"])
      : "generationInfo" in value || "text" in value
        ? asRecord(value["message"])
        : undefined;
  return held !== undefined && isLangChainMessage(held) ? held : undefined;
}

export function createLangChainFold(): LlmFold {
  const toolCalls = new ToolCallDrafts();
  const whole: ReadRecord[] = [];
  const parts: ReadRecord[] = [];
  let text = "";
  let reasoning = "";
  let usage: ReadRecord | undefined;
  let metadata: ReadRecord = {};

  return {
    add(value) {
      const members = membersOf(chunkOf(value) ?? {});
      const content = members["content"];
      if (typeof content === "string") text += content;
      else {
        const list = readContentList(content);
        text += list.text;
        reasoning += list.reasoning;
        parts.push(...list.others.filter((part) => !IN_CALLS.has(asText(part["type"]) ?? "")));
      }
      reasoning += asText(asRecord(members["additional_kwargs"])?.["reasoning_content"]) ?? "";
      const pieces = asRecords(members["tool_call_chunks"]);
      for (const { id, index, name, args } of pieces) {
        toolCalls.add({ id, index, function: { name, arguments: args } });
      }
      if (pieces.length === 0) whole.push(...asRecords(members["tool_calls"]));
      usage = added(usage, asRecord(members["usage_metadata"]));
      metadata = { ...metadata, ...asRecord(members["response_metadata"]) };
    },
    text: () => text || undefined,
    hasOutput: () =>
      text !== "" || reasoning !== "" || parts.length > 0 || whole.length > 0 || !toolCalls.isEmpty,
    result: () => ({
      type: "ai",
      content: [
        ...(reasoning === "" ? [] : [{ type: "reasoning", reasoning }]),
        ...(text === "" ? [] : [{ type: "text", text }]),
        ...parts,
      ],
      tool_calls: [
        ...whole,
        ...toolCalls.result().map((call) => {
          const called = asRecord(call["function"]);
          return { id: call["id"], name: called?.["name"], args: called?.["arguments"] };
        }),
      ],
      usage_metadata: usage,
      response_metadata: metadata,
    }),
  };
}

/** Parts that the calls repeat. */
const IN_CALLS = new Set(["tool_use", "tool_call", "tool_call_chunk", "input_json_delta", "functionCall"]);

/** Each chunk has what is new: LangChain adds the counts of all. */
function added(
  before: ReadRecord | undefined,
  more: ReadRecord | undefined,
  depth = 0,
): ReadRecord | undefined {
  if (before === undefined || more === undefined || depth > 2) return more ?? before;
  const sum: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(more)) {
    const known = sum[key];
    if (typeof value === "number") sum[key] = (typeof known === "number" ? known : 0) + value;
    else sum[key] = added(asRecord(known), asRecord(value), depth + 1);
  }
  return sum;
}
