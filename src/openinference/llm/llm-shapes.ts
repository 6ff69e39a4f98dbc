// The shapes that are known, in the order they are tried: the most telling first.
import { aiSdk } from "./ai-sdk/ai-sdk.ts";
import { anthropicMessages } from "./anthropic/anthropic-messages.ts";
import { bedrock } from "./bedrock/bedrock.ts";
import { claudeAgent } from "./claude-agent/claude-agent.ts";
import { cohereV1 } from "./cohere/cohere-v1.ts";
import { cohere } from "./cohere/cohere.ts";
import { googleGenAi } from "./google-genai/google-genai.ts";
import { langChain } from "./langchain/langchain.ts";
import type { LlmShape } from "./llm-shape.ts";
import { mistral } from "./mistral/mistral.ts";
import { ollama } from "./ollama/ollama.ts";
import { openAiChat } from "./openai-chat/openai-chat.ts";
import { openAiResponses } from "./openai-responses/openai-responses.ts";
import { replicate } from "./replicate/replicate.ts";

export const LLM_SHAPES: readonly LlmShape[] = [
  googleGenAi,
  openAiResponses,
  bedrock,
  claudeAgent,
  langChain,
  anthropicMessages,
  ollama,
  aiSdk,
  mistral,
  cohere,
  cohereV1,
  openAiChat,
  replicate,
];
