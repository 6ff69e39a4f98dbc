// Token counts that come in pieces, beside each other, or for several answers: put together by what they mean.
import type { LlmDescription, LlmTokenCount } from "./llm-description.ts";
import { asRecord, sum, type ReadRecord } from "../read-value.ts";

/** Levels of details within a usage; a cyclic one is not followed further. */
const MAX_DEPTH = 3;

/**
 * Adds a usage that came later in the same stream. Counts are cumulative, and some servers repeat them, leave some out, or
 * end with zeros: of two numbers the greater one counts, anything else is the last that is there.
 */
export function mergeUsage(before: unknown, more: unknown, depth = 0): ReadRecord | undefined {
  const known = asRecord(before);
  const counts = asRecord(more);
  if (known === undefined || counts === undefined) return counts ?? known;
  const merged: Record<string, unknown> = { ...known };
  for (const [key, value] of Object.entries(counts)) {
    if (value === null || value === undefined) continue;
    const earlier = merged[key];
    if (typeof value === "number" && typeof earlier === "number") merged[key] = Math.max(earlier, value);
    else if (asRecord(value) === undefined) merged[key] = value;
    else merged[key] = depth < MAX_DEPTH ? mergeUsage(earlier, value, depth + 1) : value;
  }
  return merged;
}

/**
 * Gives counts whose completion includes the reasoning. Most servers count it so; where the total says that reasoning
 * stands beside the completion (xAI, Gemini through the AI SDK), it is added.
 */
export function withReasoningIncluded(count: LlmTokenCount): LlmTokenCount {
  const { prompt, completion, total } = count;
  const reasoning = count.completionDetails?.reasoning;
  if (prompt === undefined || completion === undefined || total === undefined || !reasoning) return count;
  return total === prompt + completion + reasoning ? { ...count, completion: completion + reasoning } : count;
}

/** Adds the counts of several answers. */
export function sumTokenCounts(counts: readonly (LlmTokenCount | undefined)[]): LlmTokenCount | undefined {
  const known = counts.filter((count) => count !== undefined);
  if (known.length < 2) return known[0];
  const of = (read: (count: LlmTokenCount) => number | undefined): number | undefined =>
    sum(...known.map(read));
  return {
    prompt: of((count) => count.prompt),
    completion: of((count) => count.completion),
    total: of((count) => count.total),
    promptDetails: {
      cacheRead: of((count) => count.promptDetails?.cacheRead),
      cacheWrite: of((count) => count.promptDetails?.cacheWrite),
      cacheInput: of((count) => count.promptDetails?.cacheInput),
      audio: of((count) => count.promptDetails?.audio),
    },
    completionDetails: {
      reasoning: of((count) => count.completionDetails?.reasoning),
      audio: of((count) => count.completionDetails?.audio),
    },
  };
}

/** Adds the costs of several answers. */
export function sumCosts(costs: readonly LlmDescription["cost"][]): LlmDescription["cost"] {
  const known = costs.filter((cost) => cost !== undefined);
  if (known.length < 2) return known[0];
  return {
    prompt: sum(...known.map((cost) => cost.prompt)),
    completion: sum(...known.map((cost) => cost.completion)),
    total: sum(...known.map((cost) => cost.total)),
  };
}
