// Cohere's chat, version 2, in the words of its API and of its SDK.
import type { LlmMessage, LlmTokenCount } from "../llm-description.ts";
import type { LlmShape } from "../llm-shape.ts";
import { readMessage } from "../openai-chat/openai-chat.ts";
import { createCohereFold, isCohereChunk } from "./cohere-stream.ts";
import { asNumber, asRecord, asWord, firstOf, sum, type ReadRecord } from "../../read-value.ts";

const VENDOR = { provider: "cohere", system: "cohere" } as const;

/** A request is read as OpenAI's, whose shape it has. */
export const cohere: LlmShape = {
  request: () => undefined,
  response(value) {
    const message = asRecord(value["message"]);
    const finishReason = firstOf(value, "finish_reason", "finishReason");
    if (message === undefined || typeof finishReason !== "string") return undefined;
    if (typeof message["role"] !== "string") return undefined;
    return {
      ...VENDOR,
      get outputMessages() {
        return [readAnswer(message)];
      },
      finishReason,
      tokenCount: readUsage(asRecord(value["usage"])),
    };
  },
  isChunk: isCohereChunk,
  createFold: createCohereFold,
};

/** The plan before tool calls is what the model thought. */
function readAnswer(message: ReadRecord): LlmMessage {
  const plan = asWord(firstOf(message, "tool_plan", "toolPlan"));
  return readMessage(plan === undefined ? message : { ...message, reasoning_content: plan });
}

/** `tokens` counts all that was read and written, `billed_units` what is paid for. */
export function readUsage(usage: ReadRecord | undefined): LlmTokenCount | undefined {
  const tokens = asRecord(usage?.["tokens"]) ?? asRecord(firstOf(usage, "billed_units", "billedUnits"));
  if (tokens === undefined) return undefined;
  const prompt = asNumber(firstOf(tokens, "input_tokens", "inputTokens"));
  const completion = asNumber(firstOf(tokens, "output_tokens", "outputTokens"));
  return {
    prompt,
    completion,
    total: sum(prompt, completion),
    promptDetails: { cacheRead: asNumber(firstOf(usage, "cached_tokens", "cachedTokens")) },
  };
}
