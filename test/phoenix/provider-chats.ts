// The same chat as each provider's SDK asks and answers it: 1,000 tokens in, 200 out, and who says to have answered.
import { AIMessage, HumanMessage } from "@langchain/core/messages";

/** One chat in one provider's shape, and what Phoenix must hold of it. */
export interface ProviderChat {
  readonly request: unknown;
  readonly response: unknown;
  /** `llm.model_name` of the span. */
  readonly model: string;
  /** `llm.provider` of the span. */
  readonly provider: string;
  /** Whether the server's price list has the model. */
  readonly isPriced: boolean;
  /** What the answer itself says that it cost, in US dollars. */
  readonly cost?: number;
}

export const QUESTION = "How deep is the lake?";
export const ANSWER = "Nine metres.";
export const TOKENS = { prompt: 1_000, completion: 200, total: 1_200 } as const;

const asked = { messages: [{ role: "user", content: QUESTION }] };
const answered = { role: "assistant", content: ANSWER };
const openAiUsage = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };
const inAndOut = { input_tokens: 1_000, output_tokens: 200 };

const completion = (model: string, usage: object = openAiUsage): object => ({
  id: "c1",
  object: "chat.completion",
  created: 1,
  model,
  choices: [{ index: 0, message: answered, finish_reason: "stop" }],
  usage,
});

const generated = (modelVersion: string): object => ({
  candidates: [{ content: { role: "model", parts: [{ text: ANSWER }] }, finishReason: "STOP", index: 0 }],
  usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 200, totalTokenCount: 1_200 },
  modelVersion,
});

const contents = [{ role: "user", parts: [{ text: QUESTION }] }];

/** The SDK's types of fields are narrower than what it takes. */
const aiMessage = (fields: object): AIMessage => new AIMessage(fields);

/** By the name of the span that each leaves. */
export const PROVIDER_CHATS: Readonly<Record<string, ProviderChat>> = {
  "openai-chat": {
    request: { model: "gpt-4o", ...asked },
    response: completion("gpt-4o-2024-08-06"),
    model: "gpt-4o-2024-08-06",
    provider: "openai",
    isPriced: true,
  },
  "openai-responses": {
    request: { model: "gpt-4.1-mini", input: QUESTION },
    response: {
      id: "resp_1",
      object: "response",
      status: "completed",
      model: "gpt-4.1-mini",
      output: [
        {
          id: "msg_1",
          type: "message",
          status: "completed",
          role: "assistant",
          content: [{ type: "output_text", text: ANSWER, annotations: [] }],
        },
      ],
      usage: { ...inAndOut, total_tokens: 1_200 },
    },
    model: "gpt-4.1-mini",
    provider: "openai",
    isPriced: true,
  },
  anthropic: {
    request: { model: "claude-sonnet-4-5-20250929", max_tokens: 100, ...asked },
    response: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5-20250929",
      content: [{ type: "text", text: ANSWER }],
      stop_reason: "end_turn",
      usage: inAndOut,
    },
    model: "claude-sonnet-4-5-20250929",
    provider: "anthropic",
    isPriced: true,
  },
  "google-genai": {
    request: { model: "gemini-2.5-flash", contents: QUESTION },
    response: generated("gemini-2.5-flash"),
    model: "gemini-2.5-flash",
    provider: "google",
    isPriced: true,
  },
  "google-generative-ai": {
    request: { contents },
    response: { response: generated("gemini-2.5-flash-lite") },
    model: "gemini-2.5-flash-lite",
    provider: "google",
    isPriced: true,
  },
  "ai-sdk": {
    request: {
      model: { specificationVersion: "v2", provider: "openai.chat", modelId: "gpt-4o" },
      prompt: QUESTION,
    },
    response: {
      text: ANSWER,
      content: [{ type: "text", text: ANSWER }],
      finishReason: "stop",
      usage: { inputTokens: 1_000, outputTokens: 200, totalTokens: 1_200 },
      response: { id: "c1", modelId: "gpt-4o-2024-08-06" },
      steps: [],
    },
    model: "gpt-4o-2024-08-06",
    provider: "openai",
    isPriced: true,
  },
  "bedrock-converse": {
    request: {
      modelId: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      messages: [{ role: "user", content: [{ text: QUESTION }] }],
    },
    response: {
      $metadata: { httpStatusCode: 200 },
      output: { message: { role: "assistant", content: [{ text: ANSWER }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 1_000, outputTokens: 200, totalTokens: 1_200 },
      metrics: { latencyMs: 5 },
    },
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    provider: "aws",
    isPriced: true,
  },
  mistral: {
    request: { model: "mistral-small-latest", ...asked },
    response: {
      id: "a",
      object: "chat.completion",
      model: "mistral-small-latest",
      choices: [{ index: 0, message: answered, finishReason: "stop" }],
      usage: { promptTokens: 1_000, completionTokens: 200, totalTokens: 1_200 },
    },
    model: "mistral-small-latest",
    provider: "mistralai",
    isPriced: true,
  },
  "cohere-v2": {
    request: { model: "command-a-03-2025", ...asked },
    response: {
      id: "r",
      finishReason: "COMPLETE",
      message: { role: "assistant", content: [{ type: "text", text: ANSWER }] },
      usage: {
        billedUnits: { inputTokens: 8, outputTokens: 3 },
        tokens: { inputTokens: 1_000, outputTokens: 200 },
      },
    },
    model: "command-a-03-2025",
    provider: "cohere",
    isPriced: false,
  },
  ollama: {
    request: { model: "qwen3:8b", ...asked, options: { temperature: 0 } },
    response: {
      created_at: "2026-01-01T00:00:00Z",
      model: "qwen3:8b",
      message: answered,
      done: true,
      done_reason: "stop",
      prompt_eval_count: 1_000,
      eval_count: 200,
    },
    model: "qwen3:8b",
    provider: "ollama",
    isPriced: false,
  },
  groq: {
    request: { model: "openai/gpt-oss-20b", ...asked },
    response: { ...completion("openai/gpt-oss-20b"), x_groq: { id: "req_1" } },
    model: "openai/gpt-oss-20b",
    provider: "groq",
    isPriced: true,
  },
  langchain: {
    request: [new HumanMessage(QUESTION)],
    response: aiMessage({
      content: ANSWER,
      usage_metadata: { ...inAndOut, total_tokens: 1_200 },
      response_metadata: { model_provider: "openai", model_name: "gpt-4o-mini", finish_reason: "stop" },
    }),
    model: "gpt-4o-mini",
    provider: "openai",
    isPriced: true,
  },
  "claude-agent": {
    request: { prompt: QUESTION, options: { model: "sonnet", maxTurns: 3 } },
    response: {
      type: "result",
      subtype: "success",
      is_error: false,
      num_turns: 1,
      result: ANSWER,
      stop_reason: "end_turn",
      total_cost_usd: 0.0123,
      usage: inAndOut,
      modelUsage: { "claude-sonnet-4-5-20250929": { outputTokens: 200 } },
    },
    model: "claude-sonnet-4-5-20250929",
    provider: "anthropic",
    isPriced: true,
    cost: 0.0123,
  },
  replicate: {
    request: { model: "openai/gpt-4.1-mini", input: { prompt: QUESTION } },
    response: {
      id: "p1",
      model: "openai/gpt-4.1-mini",
      version: "v",
      input: { prompt: QUESTION },
      status: "succeeded",
      output: ["Nine ", "metres."],
      error: null,
      metrics: { input_token_count: 1_000, output_token_count: 200, predict_time: 0.1 },
    },
    model: "openai/gpt-4.1-mini",
    provider: "replicate",
    isPriced: true,
  },
  openrouter: {
    request: { model: "openai/gpt-4o", ...asked },
    response: {
      ...completion("openai/gpt-4o", { ...openAiUsage, cost: 0.00042, is_byok: false }),
      provider: "OpenAI",
    },
    model: "openai/gpt-4o",
    provider: "openrouter",
    isPriced: true,
    cost: 0.00042,
  },
};
