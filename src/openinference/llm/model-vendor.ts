// Who made a model and who hosts it, as far as names tell: values of llm.system and llm.provider.
import type { LlmDescription } from "./llm-description.ts";

type Vendor = Pick<LlmDescription, "provider" | "system">;

/** Makers by the names of their models, with the specification's `llm.system` where it has one. */
const MAKERS: readonly (readonly [model: RegExp, system: string | undefined])[] = [
  [/claude/, "anthropic"],
  [/gpt-oss/, "openai"],
  [/mistral|mixtral|codestral|ministral|magistral|devstral|pixtral|voxtral/, "mistralai"],
  [/(?:^|[/.])command(?:-|$)|(?:^|\/)c4ai-|(?:^|\.)cohere\./, "cohere"],
  [/deepseek/, "deepseek"],
  [/grok/, "xai"],
  [/llama/, "meta"],
  [/jamba|ai21/, "ai21"],
  [/amazon\b|(?:^|\/)nova-|titan/, "amazon"],
  [/gemini|gemma|qwen|kimi|moonshot|glm-|minimax|(?:^|\/)phi-?\d|sonar|smollm|granite|nemotron/, undefined],
  [
    /^(?:openai\/|ft:)?(?:gpt-|chatgpt-|o\d(?:-|$)|text-(?:embedding|davinci|moderation)|davinci|babbage|codex-|computer-use-|dall-e|whisper|tts-|omni-)/,
    "openai",
  ],
];

/** Gives whose product a model is, as far as its name tells. */
export function makerOf(model: string | undefined): string | undefined {
  const name = model?.toLowerCase();
  return name === undefined ? undefined : MAKERS.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * Gives the vendor of a model asked through OpenAI's API shape. Many servers speak it: only a model of OpenAI's, named as
 * OpenAI names it, says who the host is; `openai/gpt-4o` is asked through a router.
 */
export function vendorOfOpenAiModel(model: string | undefined): Vendor {
  const system = makerOf(model);
  const isOwn = system === "openai" && !/\/|gpt-oss/i.test(model ?? "");
  return { system, provider: isOwn ? "openai" : undefined };
}

/** Gives the vendor of a model asked through Anthropic's API shape: its name tells Bedrock, Vertex and other makers. */
export function vendorOfAnthropicModel(model: string | undefined): Vendor {
  const system = makerOf(model);
  if (system !== "anthropic" || model === undefined) return { system };
  if (/(?:^|\.|\/)anthropic\.claude/.test(model)) return { system, provider: "aws" };
  if (/^claude.*@/.test(model)) return { system, provider: "google" };
  return { system, provider: model.includes("/") ? undefined : "anthropic" };
}

/** Gives the vendor of a model by its name on Bedrock, which is its maker's and the model's, or an ARN. */
export function vendorOfBedrockModel(model: string | undefined): Vendor {
  return { provider: "aws", system: makerOf(model) };
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
  fireworks: { provider: "fireworks" },
  zhipu: { provider: "zai" },
  moonshotai: { provider: "moonshot" },
  togetherai: { provider: "together" },
};

/** Gives the vendor of an AI SDK model from its `provider`, e.g. `"openai.responses"`, and its id. */
export function vendorOfAiSdkModel(providerId: string | undefined, modelId: string | undefined): Vendor {
  if (providerId === undefined) return vendorOfOpenAiModel(modelId);
  const [first = "", second] = providerId.split(".");
  const maker = makerOf(modelId);
  // The OpenAI provider is pointed at any server that speaks its shape.
  if (first === "openai" && maker !== "openai") return { system: maker };
  const row = AI_SDK_PROVIDERS[second === "vertex" ? "vertex" : first];
  const provider = row?.provider ?? (first === "" ? undefined : first);
  return { provider, system: maker ?? row?.system };
}
