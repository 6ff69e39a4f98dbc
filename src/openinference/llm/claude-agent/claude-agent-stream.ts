// The messages of a session of the Claude Agent SDK, made into its result with what was said on the way.
import { createAnthropicFold } from "../anthropic/anthropic-messages-stream.ts";
import type { LlmFold } from "../llm-shape.ts";
import { mergeUsage } from "../token-count.ts";
import { asList, asRecord, asText, asWord, type ReadRecord } from "../../read-value.ts";

const TYPES = new Set(["system", "assistant", "user", "result", "stream_event"]);

export function isClaudeAgentChunk(value: ReadRecord): boolean {
  return TYPES.has(asText(value["type"]) ?? "") && typeof value["session_id"] === "string";
}

interface SeenMessage {
  readonly id: string | undefined;
  readonly role: string;
  readonly content: unknown[];
  usage: ReadRecord | undefined;
}

export function createClaudeAgentFold(): LlmFold {
  const messages: SeenMessage[] = [];
  let model: string | undefined;
  let result: ReadRecord | undefined;
  /** What is being written now, where the session tells that too. */
  let partial: LlmFold | undefined;

  return {
    add(value) {
      const message = asRecord(value["message"]);
      switch (value["type"]) {
        case "assistant":
          model = asWord(message?.["model"]) ?? model;
          addAssistant(messages, message ?? {});
          partial = undefined;
          break;
        case "user":
          if (hasToolResult(message)) messages.push(seen("user", message ?? {}));
          break;
        case "stream_event":
          (partial ??= createAnthropicFold()).add(asRecord(value["event"]) ?? {});
          break;
        case "result":
          result = value;
          break;
        default:
          model ??= asWord(value["model"]);
      }
    },
    text: () => asWord(result?.["result"]) ?? partial?.text() ?? lastText(messages),
    hasOutput: () => messages.length > 0 || partial?.hasOutput() === true,
    result: () => ({
      type: "result",
      num_turns: messages.length,
      usage: messages.reduce<ReadRecord | undefined>((all, { usage }) => addUsage(all, usage), undefined),
      ...result,
      model,
      messages: partial?.hasOutput() === true ? [...messages, partial.result()] : messages,
    }),
  };
}

const seen = (role: string, message: ReadRecord): SeenMessage => ({
  id: asWord(message["id"]),
  role,
  content:
    typeof message["content"] === "string"
      ? [{ type: "text", text: message["content"] }]
      : [...asList(message["content"])],
  usage: asRecord(message["usage"]),
});

/** The SDK gives each block of an answer as a message of its own, with the answer's id. */
function addAssistant(messages: SeenMessage[], message: ReadRecord): void {
  const next = seen("assistant", message);
  const last = messages.at(-1);
  if (last === undefined || next.id === undefined || last.id !== next.id) {
    messages.push(next);
    return;
  }
  last.content.push(...next.content);
  last.usage = mergeUsage(last.usage, next.usage);
}

const hasToolResult = (message: ReadRecord | undefined): boolean =>
  asList(message?.["content"]).some((block) => asRecord(block)?.["type"] === "tool_result");

function lastText(messages: readonly SeenMessage[]): string | undefined {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const blocks = messages[index]?.role === "assistant" ? (messages[index]?.content ?? []) : [];
    const text = blocks.map((block) => asText(asRecord(block)?.["text"]) ?? "").join("");
    if (text !== "") return text;
  }
  return undefined;
}

/** Of a session cut short: the counts of its answers so far. */
function addUsage(all: ReadRecord | undefined, more: ReadRecord | undefined): ReadRecord | undefined {
  if (all === undefined || more === undefined) return more ?? all;
  const added: Record<string, unknown> = { ...all };
  for (const [key, value] of Object.entries(more)) {
    const known = added[key];
    if (typeof value === "number") added[key] = (typeof known === "number" ? known : 0) + value;
  }
  return added;
}
