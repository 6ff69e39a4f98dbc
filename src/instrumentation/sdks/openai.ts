// openai, and what speaks through it: Azure, OpenRouter, Groq, xAI, DeepSeek, vLLM, Ollama's /v1 and others.
import { classNames } from "../../capture/class-names.ts";
import { hasMethods } from "../member-path.ts";
import { hostProvider } from "../host-provider.ts";
import type { CallRow, SdkRow } from "../sdk-row.ts";
import { baseUrlOf, clientOf, readSound, stainlessPrototypes } from "./stainless.ts";

const calls: readonly CallRow[] = [
  // `stream()`, `parse()` and `runTools()` go through `create()`, as those of the responses do.
  { path: "chat.completions.create", kind: "LLM", name: "OpenAI Chat Completions" },
  { path: "responses.create", kind: "LLM", name: "OpenAI Responses" },
  { path: "completions.create", kind: "LLM", name: "OpenAI Completions" },
  { path: "embeddings.create", kind: "EMBEDDING", name: "OpenAI Embeddings" },
  { path: "images.generate", kind: "LLM", name: "OpenAI Images Generate" },
  { path: "images.edit", kind: "LLM", name: "OpenAI Images Edit" },
  { path: "images.createVariation", kind: "LLM", name: "OpenAI Images Variation" },
  { path: "audio.speech.create", kind: "LLM", name: "OpenAI Speech", read: readSound },
  { path: "audio.transcriptions.create", kind: "LLM", name: "OpenAI Transcriptions", read: readSound },
  { path: "audio.translations.create", kind: "LLM", name: "OpenAI Translations", read: readSound },
];

function providerOf(self: unknown): string | undefined {
  const client = clientOf(self);
  const isAzure = typeof client === "object" && client !== null && classNames(client).has("AzureOpenAI");
  return isAzure ? "azure" : hostProvider(baseUrlOf(self));
}

export const openai: SdkRow = {
  sdk: "openai",
  versions: "4 - 7",
  provider: providerOf,
  isClient: (value) => hasMethods(value, "chat.completions.create") && baseUrlOf(value) !== "",
  prototypes: (exports) => stainlessPrototypes(exports, ["OpenAI", "default"], calls),
  calls,
  gives: ["withOptions"],
};
