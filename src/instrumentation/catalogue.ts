// The SDKs whose clients are traced, a row for each.
import type { SdkRow } from "./sdk-row.ts";
import { anthropic } from "./sdks/anthropic.ts";
import { bedrock } from "./sdks/bedrock.ts";
import { cohere } from "./sdks/cohere.ts";
import { googleGenAi } from "./sdks/google-genai.ts";
import { googleGenerativeAi } from "./sdks/google-generative-ai.ts";
import { groq } from "./sdks/groq.ts";
import { mistral } from "./sdks/mistral.ts";
import { ollama } from "./sdks/ollama.ts";
import { openai } from "./sdks/openai.ts";

/** Every SDK that is traced without a wrapper, in the order in which a client is asked whose it is. */
export const catalogue: readonly SdkRow[] = [
  // Before openai, whose shape it has.
  groq,
  openai,
  anthropic,
  googleGenAi,
  googleGenerativeAi,
  bedrock,
  mistral,
  cohere,
  ollama,
];
