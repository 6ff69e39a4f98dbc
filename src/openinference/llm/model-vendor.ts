// Who made a model and who hosts it, as far as names tell: values of llm.system and llm.provider.
import type { LlmDescription } from "./llm-description.ts";

type Vendor = Pick<LlmDescription, "provider" | "system">;

/**
 * Models that are not OpenAI's although a request of OpenAI's shape may name them, with the specification's
 * `llm.system` where it has one. Many servers speak that shape, so the host stays unknown.
 */
const OTHER_MAKERS: readonly (readonly [model: RegExp, system: string | undefined])[] = [
  [/claude/, "anthropic"],
  [/gpt-oss/, "openai"],
  [/mistral|mixtral|codestral|ministral|magistral|devstral|pixtral/, "mistralai"],
  [/(?:^|\/)command-|(?:^|\/)c4ai-/, "cohere"],
  [/deepseek/, "deepseek"],
  [/grok/, "xai"],
  [/llama/, "meta"],
  [/jamba/, "ai21"],
  [/amazon\b|(?:^|\/)nova-/, "amazon"],
  [/gemini|gemma|qwen|kimi|moonshot|glm-|minimax|(?:^|\/)phi-?\d|sonar|smollm|granite|nemotron/, undefined],
];

/** Gives the vendor of a model asked through OpenAI's API shape: OpenAI, unless the name says another. */
export function vendorOfOpenAiModel(model: string | undefined): Vendor {
  const name = model?.toLowerCase();
  const other = name === undefined ? undefined : OTHER_MAKERS.find(([pattern]) => pattern.test(name));
  return other === undefined ? { system: "openai", provider: "openai" } : { system: other[1] };
}

/** AI SDK provider ids (up to the first dot), as `llm.provider` and `llm.system` of the specification. */
const AI_SDK_PROVIDERS: Readonly<Record<string, Vendor>> = {
  openai: { provider: "openai", system: "openai" },
  azure: { provider: "azure", system: "openai" },
  "azure-openai": { provider: "azure", system: "openai" },
  anthropic: { provider: "anthropic", system: "anthropic" },
  google: { provider: "google" },
  vertex: { provider: "google", system: "vertexai" },
  "amazon-bedrock": { provider: "aws", system: "amazon" },
  bedrock: { provider: "aws", system: "amazon" },
  mistral: { provider: "mistralai", system: "mistralai" },
  cohere: { provider: "cohere", system: "cohere" },
  xai: { provider: "xai", system: "xai" },
  deepseek: { provider: "deepseek", system: "deepseek" },
  moonshotai: { provider: "moonshot" },
  togetherai: { provider: "together" },
};

/** Gives the vendor of an AI SDK model from its `provider`, e.g. `"openai.responses"`, and its id. */
export function vendorOfAiSdkModel(providerId: string | undefined, modelId: string | undefined): Vendor {
  if (providerId === undefined) return {};
  const [first = "", second] = providerId.split(".");
  const row = AI_SDK_PROVIDERS[second === "vertex" ? "vertex" : first];
  const provider = row?.provider ?? (first === "" ? undefined : first);
  return { provider, system: makerOf(modelId) ?? row?.system };
}

function makerOf(model: string | undefined): string | undefined {
  const name = model?.toLowerCase();
  if (name === undefined) return undefined;
  if (/(?:^|\/)(?:gpt-|chatgpt-|o\d)/.test(name)) return "openai";
  return OTHER_MAKERS.find(([pattern]) => pattern.test(name))?.[1];
}
