// Cohere's chat, version 1: one message and a history; its stream brings the whole answer at its end.
import type { LlmMessage, LlmTool } from "../llm-description.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmFold, LlmShape } from "../llm-shape.ts";
import { jsonContent, messageOf, textPart, toolCallPart } from "../message-content.ts";
import { readUsage } from "./cohere.ts";
import { asRecord, asRecords, asText, asWord, firstOf, type ReadRecord } from "../../read-value.ts";

const VENDOR = { provider: "cohere", system: "cohere" } as const;

/** Members that tell a request from any other with a message. */
const OWN_MEMBERS = ["chatHistory", "chat_history", "preamble", "connectors", "documents", "toolResults"];

export const cohereV1: LlmShape = {
  request(value) {
    const message = asText(value["message"]);
    const model = asText(value["model"]);
    if (message === undefined) return undefined;
    if (model?.startsWith("command") !== true && !OWN_MEMBERS.some((member) => member in value))
      return undefined;
    return {
      ...VENDOR,
      model,
      get inputMessages() {
        const preamble = asWord(value["preamble"]);
        return [
          ...(preamble === undefined ? [] : [{ role: "system", content: preamble }]),
          ...readHistory(firstOf(value, "chatHistory", "chat_history")),
          ...(message === "" ? [] : [{ role: "user", content: message }]),
          ...asRecords(firstOf(value, "toolResults", "tool_results")).map(readToolResult),
        ];
      },
      get tools() {
        return asRecords(value["tools"]).map(readTool);
      },
      get invocationParameters() {
        return invocationParameters(value, NO_PARAMETERS);
      },
    };
  },
  response(value) {
    const text = asText(value["text"]);
    if (text === undefined || asText(firstOf(value, "generationId", "generation_id")) === undefined) {
      return undefined;
    }
    return {
      ...VENDOR,
      get outputMessages() {
        return [readAnswer(text, firstOf(value, "toolCalls", "tool_calls"))];
      },
      finishReason: asText(firstOf(value, "finishReason", "finish_reason")),
      tokenCount: readUsage(asRecord(value["meta"])),
    };
  },
  isChunk: (value) => EVENTS.has(asText(firstOf(value, "eventType", "event_type")) ?? ""),
  createFold: createCohereV1Fold,
};

const NO_PARAMETERS = [
  "message",
  "chatHistory",
  "chat_history",
  "preamble",
  "tools",
  "toolResults",
  "tool_results",
];

const EVENTS = new Set([
  "stream-start",
  "search-queries-generation",
  "search-results",
  "text-generation",
  "citation-generation",
  "tool-calls-chunk",
  "tool-calls-generation",
  "stream-end",
  "debug",
]);

const ROLES: Readonly<Record<string, string>> = {
  CHATBOT: "assistant",
  SYSTEM: "system",
  TOOL: "tool",
  USER: "user",
};

/** Reads a history of `{ role: "USER", message }`. */
export function readHistory(history: unknown): LlmMessage[] {
  return asRecords(history).flatMap((turn) => {
    const results = asRecords(firstOf(turn, "toolResults", "tool_results"));
    if (results.length > 0) return results.map(readToolResult);
    const role = asText(turn["role"]) ?? "USER";
    const { content, toolCalls } = readAnswer(
      asText(turn["message"]) ?? "",
      firstOf(turn, "toolCalls", "tool_calls"),
    );
    return [{ role: ROLES[role] ?? role, content, toolCalls }];
  });
}

function readAnswer(text: string, calls: unknown): LlmMessage {
  const parts = asRecords(calls).map((call) =>
    toolCallPart({ name: asText(call["name"]), arguments: call["parameters"] }),
  );
  return messageOf("assistant", text === "" ? parts : [textPart(text), ...parts]);
}

function readToolResult(result: ReadRecord): LlmMessage {
  const name = asText(asRecord(result["call"])?.["name"]);
  return { role: "tool", name, content: jsonContent(result["outputs"]) };
}

function readTool(tool: ReadRecord): LlmTool {
  return { name: asText(tool["name"]), description: asText(tool["description"]), jsonSchema: tool };
}

function createCohereV1Fold(): LlmFold {
  let text = "";
  let toolCalls: unknown;
  let id: unknown;
  let end: ReadRecord | undefined;
  return {
    add(event) {
      const type = firstOf(event, "eventType", "event_type");
      id ??= firstOf(event, "generationId", "generation_id");
      if (type === "text-generation") text += asText(event["text"]) ?? "";
      if (type === "tool-calls-generation") toolCalls = firstOf(event, "toolCalls", "tool_calls");
      if (type === "stream-end") end = asRecord(event["response"]);
    },
    text: () => text || asWord(end?.["text"]),
    hasOutput: () => text !== "" || toolCalls !== undefined,
    result: () => ({ text, toolCalls, generationId: id ?? "", ...end }),
  };
}
