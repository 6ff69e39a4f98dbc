// The vocabularies that are known. The first that tells a span's kind decides; their rows are read in the order they
// stand here behind those of the GenAI conventions, whose words win.
import { aiSdk } from "./ai-sdk.ts";
import { genAi } from "./gen-ai.ts";
import { genAiIndexed } from "./gen-ai-indexed.ts";
import { genkit } from "./genkit.ts";
import { langsmith } from "./langsmith.ts";
import { mastra } from "./mastra.ts";
import { traceloop } from "./traceloop.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const VOCABULARIES: readonly Vocabulary[] = [
  aiSdk,
  traceloop,
  genkit,
  mastra,
  langsmith,
  genAiIndexed,
  genAi,
];
