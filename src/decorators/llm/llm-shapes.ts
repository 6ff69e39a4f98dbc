// The shapes that are known, in the order they are tried: the most telling first.
import { aiSdk } from "./ai-sdk.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { googleGenAi } from "./google-genai.ts";
import type { LlmShape } from "./llm-shape.ts";
import { messageList } from "./message-list.ts";
import { openAiChat } from "./openai-chat.ts";
import { openAiResponses } from "./openai-responses.ts";

export const LLM_SHAPES: readonly LlmShape[] = [
  googleGenAi,
  openAiResponses,
  anthropicMessages,
  aiSdk,
  openAiChat,
  messageList,
];
