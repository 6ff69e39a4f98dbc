// The answers of one call that asked the model several times, as one; and what an answer shows as its output.
import type { LlmContent, LlmDescription, LlmToolCall } from "./llm-description.ts";
import { sumCosts, sumTokenCounts } from "./token-count.ts";

/** Describes several answers as one: all messages, all tokens, and the end of the last. */
export function joinTurns(turns: readonly LlmDescription[]): LlmDescription | undefined {
  if (turns.length < 2) return turns[0];
  const last = <Key extends keyof LlmDescription>(key: Key): LlmDescription[Key] | undefined =>
    turns.findLast((turn) => turn[key] !== undefined)?.[key];
  return {
    model: last("model"),
    provider: last("provider"),
    system: last("system"),
    finishReason: turns.at(-1)?.finishReason,
    get outputMessages() {
      return turns.flatMap((turn) => turn.outputMessages ?? []);
    },
    tokenCount: sumTokenCounts(turns.map((turn) => turn.tokenCount)),
    cost: sumCosts(turns.map((turn) => turn.cost)),
  };
}

/** The text of an answer: of its last message of the model that has one. */
export function textOf(turn: LlmDescription): string | undefined {
  for (const { role, content } of (turn.outputMessages ?? []).toReversed()) {
    if (role === "tool") continue;
    if (typeof content === "string" && content !== "") return content;
    const text = partsOf(content)
      .map((part) => (part.type === "text" || part.type === "refusal" ? (part.text ?? "") : ""))
      .join("");
    if (text !== "") return text;
  }
  return undefined;
}

/** What an answer without a text shows: its tool calls, else the parts of its content. */
export function outputOf(answer: LlmDescription | undefined): unknown {
  const messages = answer?.outputMessages ?? [];
  const calls = messages.flatMap((message) => message.toolCalls ?? []);
  if (calls.length > 0) return calls.map(readableCall);
  const parts = messages.flatMap((message) => partsOf(message.content));
  return parts.length === 0 ? undefined : parts.map(defined);
}

const partsOf = (content: string | readonly LlmContent[] | undefined): readonly LlmContent[] =>
  content === undefined || typeof content === "string" ? [] : content;

const readableCall = ({ id, name, arguments: input }: LlmToolCall): object =>
  defined({ id, name, arguments: parsed(input) });

/** Arguments as the object they are, where the model's text is one. */
function parsed(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}

const defined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
