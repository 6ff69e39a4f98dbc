// Tokens and cost of a Chat Completions answer, in the dialects of the servers that speak its shape.
import type { LlmDescription, LlmTokenCount } from "../llm-description.ts";
import { asNumber, asRecord, firstOf, sum, type ReadRecord } from "../../read-value.ts";
import { withReasoningIncluded } from "../token-count.ts";

/** The usage of a response or a chunk: at its top, with Groq in `x_groq`, with Moonshot in the last choice. */
export function usageOf(value: ReadRecord): ReadRecord | undefined {
  const choices: unknown = value["choices"];
  return (
    asRecord(value["usage"]) ??
    asRecord(asRecord(value["x_groq"])?.["usage"]) ??
    (Array.isArray(choices) ? asRecord(asRecord(choices[0])?.["usage"]) : undefined)
  );
}

/** Reads the counts, in OpenAI's words and in those of Mistral's SDK. */
export function readUsage(usage: ReadRecord | undefined): LlmTokenCount | undefined {
  if (usage === undefined) return undefined;
  const promptDetails = firstOf(usage, "prompt_tokens_details", "promptTokensDetails");
  const completionDetails = firstOf(usage, "completion_tokens_details", "completionTokensDetails");
  return withReasoningIncluded({
    prompt: asNumber(firstOf(usage, "prompt_tokens", "promptTokens")),
    completion: asNumber(firstOf(usage, "completion_tokens", "completionTokens")),
    total: asNumber(firstOf(usage, "total_tokens", "totalTokens")),
    promptDetails: {
      cacheRead: asNumber(
        firstOf(promptDetails, "cached_tokens", "cachedTokens") ??
          // DeepSeek, Moonshot, LiteLLM.
          firstOf(usage, "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens"),
      ),
      cacheWrite: asNumber(
        firstOf(promptDetails, "cache_write_tokens", "cache_creation_tokens") ??
          firstOf(usage, "cache_creation_input_tokens"),
      ),
      audio: asNumber(firstOf(promptDetails, "audio_tokens", "audioTokens")),
    },
    completionDetails: {
      reasoning: asNumber(
        firstOf(completionDetails, "reasoning_tokens", "reasoningTokens") ??
          firstOf(usage, "reasoning_tokens"),
      ),
      audio: asNumber(firstOf(completionDetails, "audio_tokens", "audioTokens")),
    },
  });
}

/** xAI counts in parts of a dollar. */
const TICKS_PER_DOLLAR = 1e10;

/**
 * Reads what a router or a provider says that the call cost. Where the key was the caller's own, OpenRouter's `cost` is its
 * fee alone, and what the provider took stands beside it.
 */
export function readCost(usage: ReadRecord | undefined): LlmDescription["cost"] {
  if (usage === undefined) return undefined;
  const details = asRecord(usage["cost_details"]) ?? asRecord(usage["cost"]);
  const ticks = asNumber(usage["cost_in_usd_ticks"]);
  const fee = asNumber(usage["cost"]) ?? (ticks === undefined ? undefined : ticks / TICKS_PER_DOLLAR);
  const upstream = usage["is_byok"] === true ? asNumber(details?.["upstream_inference_cost"]) : undefined;
  const cost = {
    prompt: asNumber(firstOf(details, "upstream_inference_prompt_cost", "input_tokens_cost")),
    completion: asNumber(firstOf(details, "upstream_inference_completions_cost", "output_tokens_cost")),
    total: sum(fee, upstream) ?? asNumber(details?.["total_cost"]),
  };
  return Object.values(cost).some((part) => part !== undefined) ? cost : undefined;
}
