// The vocabularies that are known, by the names that prefixes.ts has for them.
import { aiSdk } from "./ai-sdk.ts";
import { genAi } from "./gen-ai.ts";
import { genAiIndexed } from "./gen-ai-indexed.ts";
import { genkit } from "./genkit.ts";
import { langsmith } from "./langsmith.ts";
import { mastra } from "./mastra.ts";
import type { VocabularyName } from "./prefixes.ts";
import { traceloop } from "./traceloop.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const VOCABULARIES: Readonly<Record<VocabularyName, Vocabulary>> = {
  aiSdk,
  traceloop,
  genkit,
  mastra,
  langsmith,
  genAiIndexed,
  genAi,
};
