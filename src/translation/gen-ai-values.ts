// Values that the GenAI conventions share with everybody who writes some of their keys: vendors, tools, token counts.
import { asNumber, asRecord, asRecords, asText, asWord, sum } from "../openinference/read-value.ts";
import type { LlmTool } from "../openinference/llm/llm-description.ts";
import { unwrapped } from "./json-value.ts";
import type { SpanDraft } from "./span-draft.ts";
import type { RowReader } from "./vocabulary.ts";

interface Vendor {
  readonly provider?: string;
  readonly system?: string;
}

/** Values of `gen_ai.provider.name` and `gen_ai.system`, the longest that a name begins with counting, in the words of the specification. */
const VENDORS: readonly (readonly [name: string, vendor: Vendor])[] = [
  ["azure.ai.openai", { provider: "azure", system: "openai" }],
  ["azure.ai.inference", { provider: "azure" }],
  ["azure-openai", { provider: "azure", system: "openai" }],
  ["azure", { provider: "azure", system: "openai" }],
  ["az.ai.openai", { provider: "azure", system: "openai" }],
  ["az.ai.inference", { provider: "azure" }],
  ["aws.bedrock", { provider: "aws" }],
  ["aws_bedrock", { provider: "aws" }],
  ["amazon-bedrock", { provider: "aws" }],
  ["bedrock", { provider: "aws" }],
  ["gcp.vertex_ai", { provider: "google", system: "vertexai" }],
  ["gcp.gemini", { provider: "google" }],
  ["gcp.gen_ai", { provider: "google" }],
  ["google.vertex", { provider: "google", system: "vertexai" }],
  ["google_vertexai", { provider: "google", system: "vertexai" }],
  ["vertex_ai", { provider: "google", system: "vertexai" }],
  ["vertexai", { provider: "google", system: "vertexai" }],
  ["vertex", { provider: "google", system: "vertexai" }],
  ["google", { provider: "google" }],
  ["gemini", { provider: "google" }],
  ["openai", { provider: "openai", system: "openai" }],
  ["anthropic", { provider: "anthropic", system: "anthropic" }],
  ["mistral", { provider: "mistralai", system: "mistralai" }],
  ["cohere", { provider: "cohere", system: "cohere" }],
  ["deepseek", { provider: "deepseek", system: "deepseek" }],
  ["x_ai", { provider: "xai", system: "xai" }],
  ["xai", { provider: "xai", system: "xai" }],
  ["groq", { provider: "groq" }],
  ["perplexity", { provider: "perplexity" }],
  ["moonshot", { provider: "moonshot" }],
  ["togetherai", { provider: "together" }],
  ["fireworks", { provider: "fireworks" }],
  ["cerebras", { provider: "cerebras" }],
  ["openrouter", { provider: "openrouter" }],
  ["ollama", { provider: "ollama" }],
  // What LangSmith says where it does not know.
  ["langchain", {}],
];

/** Reads who hosts the model and whose it is; a name that is in no table is the provider as it is. */
export const vendor: RowReader = (draft, value) => {
  const name = asWord(value)?.toLowerCase();
  if (name === undefined) return false;
  const row = VENDORS.filter(([start]) => name.startsWith(start)).toSorted(
    ([a], [b]) => b.length - a.length,
  )[0];
  const known: Vendor = row?.[1] ?? { provider: name.split(/[./]/, 1)[0] ?? name };
  draft.llm.provider ??= known.provider;
  draft.llm.system ??= known.system;
  return true;
};

/** Reads a number into one of the token counts. A count that is no number stays where it is. */
export const count =
  (put: (draft: SpanDraft, tokens: number) => void): RowReader =>
  (draft, value) => {
    const tokens = asNumber(value);
    if (tokens === undefined) return false;
    put(draft, tokens);
    return true;
  };

/** `prompt`, unless a row before has it. */
export const promptTokens: RowReader = count((draft, tokens) => (draft.tokens.prompt ??= tokens));
export const completionTokens: RowReader = count((draft, tokens) => (draft.tokens.completion ??= tokens));
export const totalTokens: RowReader = count((draft, tokens) => (draft.tokens.total ??= tokens));
export const cacheReadTokens: RowReader = count((draft, tokens) => {
  draft.tokens.promptDetails = { cacheRead: tokens, ...defined(draft.tokens.promptDetails) };
});
export const cacheWriteTokens: RowReader = count((draft, tokens) => {
  draft.tokens.promptDetails = { cacheWrite: tokens, ...defined(draft.tokens.promptDetails) };
});
export const reasoningTokens: RowReader = count((draft, tokens) => {
  draft.tokens.completionDetails = { reasoning: tokens, ...defined(draft.tokens.completionDetails) };
});

const defined = <T extends object>(details: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(details ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The sum, where the span does not say it. */
export function completeTokens({ tokens }: SpanDraft): void {
  if (tokens.prompt !== undefined && tokens.completion !== undefined) {
    tokens.total ??= sum(tokens.prompt, tokens.completion);
  }
}

/** Tool definitions in whatever spelling, as OpenAI writes them: the specification recommends that. */
export function readTools(value: unknown): LlmTool[] {
  return asRecords(value).map((tool) => {
    const defined = asRecord(tool["function"]) ?? tool;
    const name = asText(defined["name"]) ?? asText(tool["type"]);
    const description = asText(defined["description"]);
    const parameters =
      defined["parameters"] ?? defined["inputSchema"] ?? defined["input_schema"] ?? defined["schema"];
    const jsonSchema = {
      type: "function",
      function: { name, description, parameters: unwrapped(parameters) },
    };
    return { name, description, jsonSchema };
  });
}
