// The events of Cohere's chatStream, version 2, made into an answer.
import type { LlmFold } from "../llm-shape.ts";
import { ToolCallDrafts } from "../openai-chat/openai-chat-tool-calls.ts";
import { asNumber, asRecord, asText, firstOf, type ReadRecord } from "../../read-value.ts";

const EVENTS = new Set([
  "message-start",
  "content-start",
  "content-delta",
  "content-end",
  "tool-plan-delta",
  "tool-call-start",
  "tool-call-delta",
  "tool-call-end",
  "citation-start",
  "citation-end",
  "message-end",
]);

export function isCohereChunk(value: ReadRecord): boolean {
  return EVENTS.has(asText(value["type"]) ?? "");
}

export function createCohereFold(): LlmFold {
  const contents = new Map<number, { text: string; thinking: string }>();
  const toolCalls = new ToolCallDrafts();
  let plan = "";
  let end: ReadRecord | undefined;

  return {
    add(event) {
      const delta = asRecord(event["delta"]);
      if (event["type"] === "message-end") end = delta;
      const message = asRecord(delta?.["message"]);
      const content = asRecord(message?.["content"]);
      const index = asNumber(event["index"]) ?? 0;
      if (content !== undefined) {
        let draft = contents.get(index);
        if (draft === undefined) contents.set(index, (draft = { text: "", thinking: "" }));
        draft.text += asText(content["text"]) ?? "";
        draft.thinking += asText(content["thinking"]) ?? "";
      }
      plan += asText(firstOf(message, "tool_plan", "toolPlan")) ?? "";
      const call = asRecord(firstOf(message, "tool_calls", "toolCalls"));
      if (call !== undefined) toolCalls.add({ ...call, index });
    },
    text() {
      let text = "";
      for (const content of contents.values()) text += content.text;
      return text || undefined;
    },
    hasOutput: () => contents.size > 0 || plan !== "" || !toolCalls.isEmpty,
    isNext: (event) => end !== undefined && event["type"] === "message-start",
    result: () => ({
      // A stream cut short has no reason to have finished; it is an answer all the same.
      finish_reason: asText(firstOf(end, "finish_reason", "finishReason")) ?? "",
      usage: end?.["usage"],
      message: {
        role: "assistant",
        content: [...contents.values()].flatMap(({ text, thinking }) => [
          ...(thinking === "" ? [] : [{ type: "thinking", thinking }]),
          ...(text === "" ? [] : [{ type: "text", text }]),
        ]),
        tool_plan: plan,
        tool_calls: toolCalls.result(),
      },
    }),
  };
}
