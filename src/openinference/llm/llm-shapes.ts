// The shapes that are known, in the order they are tried: the most telling first.
import { aiSdk } from "./ai-sdk/ai-sdk.ts";
import { anthropicMessages } from "./anthropic/anthropic-messages.ts";
import { googleGenAi } from "./google-genai/google-genai.ts";
import type { LlmShape } from "./llm-shape.ts";
import { messageList } from "./message-list.ts";
import { openAiChat } from "./openai-chat/openai-chat.ts";
import { openAiResponses } from "./openai-responses/openai-responses.ts";

export const LLM_SHAPES: readonly LlmShape[] = [
  googleGenAi,
  openAiResponses,
  anthropicMessages,
  aiSdk,
  openAiChat,
  messageList,
];
