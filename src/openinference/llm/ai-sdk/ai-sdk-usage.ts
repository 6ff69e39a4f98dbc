// Tokens and cost of an AI SDK answer: its own counts, completed from what the provider said beside them.
import type { LlmDescription, LlmTokenCount } from "../llm-description.ts";
import { readUsage as readGoogleUsage } from "../google-genai/google-genai.ts";
import { sumCosts, sumTokenCounts, withReasoningIncluded } from "../token-count.ts";
import { asNumber, asRecord, asWord, firstOf, sum, type ReadRecord } from "../../read-value.ts";

/** Adds the counts of all steps; a result whose steps have none says its own. */
export function readTokenCount(result: ReadRecord, steps: readonly ReadRecord[]): LlmTokenCount | undefined {
  const all = steps.map(readStep);
  const isComplete = all.length > 0 && all.every((count) => count?.prompt !== undefined);
  return isComplete ? sumTokenCounts(all) : readStep({ ...totalOf(result, steps) });
}

/** Adds what a router says that the steps cost. */
export function readCost(result: ReadRecord, steps: readonly ReadRecord[]): LlmDescription["cost"] {
  const costs = (steps.length === 0 ? [result] : steps).map((step) => {
    const metadata = metadataOf(step);
    const total = asAmount(
      firstOf(metadata?.["gateway"], "cost") ?? firstOf(firstOf(metadata?.["openrouter"], "usage"), "cost"),
    );
    return total === undefined ? undefined : { total };
  });
  return sumCosts(costs);
}

const totalOf = (result: ReadRecord, steps: readonly ReadRecord[]): ReadRecord => ({
  usage: asRecord(result["totalUsage"]) ?? asRecord(result["usage"]) ?? steps.at(-1)?.["usage"],
  providerMetadata: metadataOf(steps.at(-1) ?? result) ?? metadataOf(result),
});

const metadataOf = (step: ReadRecord): ReadRecord | undefined =>
  asRecord(step["providerMetadata"]) ?? asRecord(step["experimental_providerMetadata"]);

/** Vercel's gateway gives its cost as text. */
const asAmount = (amount: unknown): number | undefined =>
  asNumber(amount) ?? (asWord(amount) === undefined ? undefined : asNumber(Number(amount)));

function readStep(step: ReadRecord): LlmTokenCount | undefined {
  const usage = asRecord(step["usage"]);
  if (usage === undefined) return undefined;
  const count = readUsage(usage);
  const metadata = metadataOf(step);
  // From the AI SDK 6 on, the counts are in full.
  if (metadata === undefined || isDetailed(usage)) return withReasoningIncluded(count);
  return withReasoningIncluded(
    withAnthropic(count, asRecord(metadata["anthropic"])) ??
      withBedrock(count, asRecord(metadata["bedrock"])) ??
      withGoogle(count, asRecord(metadata["google"]) ?? asRecord(metadata["vertex"])) ??
      withDetails(count, metadata),
  );
}

const isDetailed = (usage: ReadRecord): boolean =>
  asRecord(usage["inputTokenDetails"]) !== undefined || asRecord(usage["inputTokens"]) !== undefined;

/** Names of three generations of the AI SDK, and of its models' own interface, whose counts are objects. */
function readUsage(usage: ReadRecord): LlmTokenCount {
  const input = asRecord(usage["inputTokens"]) ?? asRecord(usage["inputTokenDetails"]);
  const output = asRecord(usage["outputTokens"]) ?? asRecord(usage["outputTokenDetails"]);
  const prompt = asNumber(usage["inputTokens"]) ?? asNumber(input?.["total"]);
  const completion = asNumber(usage["outputTokens"]) ?? asNumber(output?.["total"]);
  return {
    prompt: prompt ?? asNumber(usage["promptTokens"]),
    completion: completion ?? asNumber(usage["completionTokens"]),
    total: asNumber(usage["totalTokens"]),
    promptDetails: {
      cacheRead: asNumber(
        firstOf(input, "cacheReadTokens", "cacheRead") ?? firstOf(usage, "cachedInputTokens"),
      ),
      cacheWrite: asNumber(firstOf(input, "cacheWriteTokens", "cacheWrite")),
    },
    completionDetails: {
      reasoning: asNumber(
        firstOf(output, "reasoningTokens", "reasoning") ?? firstOf(usage, "reasoningTokens"),
      ),
    },
  };
}

/** Anthropic's input leaves out what the cache gave and took; the AI SDK 4 and 5 pass it on as it is. */
function withAnthropic(count: LlmTokenCount, anthropic: ReadRecord | undefined): LlmTokenCount | undefined {
  if (anthropic === undefined) return undefined;
  const usage = asRecord(anthropic["usage"]);
  return withCacheIncluded(count, {
    uncached: asNumber(usage?.["input_tokens"]),
    read: asNumber(usage?.["cache_read_input_tokens"] ?? anthropic["cacheReadInputTokens"]),
    write: asNumber(usage?.["cache_creation_input_tokens"] ?? anthropic["cacheCreationInputTokens"]),
  });
}

function withBedrock(count: LlmTokenCount, bedrock: ReadRecord | undefined): LlmTokenCount | undefined {
  const usage = asRecord(bedrock?.["usage"]);
  return (
    usage &&
    withCacheIncluded(count, {
      uncached: undefined,
      read: asNumber(usage["cacheReadInputTokens"]),
      write: asNumber(usage["cacheWriteInputTokens"]),
    })
  );
}

function withCacheIncluded(
  count: LlmTokenCount,
  cache: {
    readonly uncached: number | undefined;
    readonly read: number | undefined;
    readonly write: number | undefined;
  },
): LlmTokenCount {
  const cacheRead = cache.read ?? count.promptDetails?.cacheRead;
  const promptDetails = { ...count.promptDetails, cacheRead, cacheWrite: cache.write };
  const isIncluded =
    cache.uncached !== undefined && count.prompt !== undefined && count.prompt > cache.uncached;
  if (count.prompt === undefined || isIncluded) return { ...count, promptDetails };
  const prompt = sum(count.prompt, cacheRead, cache.write);
  return { ...count, prompt, total: sum(prompt, count.completion), promptDetails };
}

/** Gemini's thoughts stand beside its answer, and the AI SDK 4 drops them. */
function withGoogle(count: LlmTokenCount, google: ReadRecord | undefined): LlmTokenCount | undefined {
  const usage = asRecord(google?.["usageMetadata"]);
  return usage && { ...count, ...readGoogleUsage(usage) };
}

/** Details for which the AI SDK 4 has no words of its own. */
function withDetails(count: LlmTokenCount, metadata: ReadRecord): LlmTokenCount {
  const cached =
    firstOf(metadata["openai"], "cachedPromptTokens") ??
    firstOf(metadata["deepseek"], "promptCacheHitTokens") ??
    firstOf(metadata["xai"], "cachedPromptTokens");
  const reasoning =
    firstOf(metadata["openai"], "reasoningTokens") ?? firstOf(metadata["xai"], "reasoningTokens");
  const { promptDetails, completionDetails } = count;
  return {
    ...count,
    promptDetails: { ...promptDetails, cacheRead: promptDetails?.cacheRead ?? asNumber(cached) },
    completionDetails: {
      ...completionDetails,
      reasoning: completionDetails?.reasoning ?? asNumber(reasoning),
    },
  };
}
