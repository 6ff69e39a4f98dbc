// An agent of the AI SDK (version 6; 4, 5 and 7 look the same in Phoenix) with its own telemetry: nothing is wrapped, its
// spans are translated as they leave. The model is the mock that `ai` ships; put `openai("gpt-4o")` in its place.
import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { register } from "phoenix-otel";

register({ projectName: "ai-sdk-example" });

const tokens = {
  inputTokens: { total: 24, noCache: 24, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 6, text: 6, reasoning: 0 },
};

let asked = 0;
const model = new MockLanguageModelV3({
  provider: "openai.chat",
  modelId: "gpt-4o",
  doGenerate: async () =>
    asked++ === 0
      ? {
          content: [
            {
              type: "tool-call" as const,
              toolCallId: "call-1",
              toolName: "weather",
              input: '{"city":"Oslo"}',
            },
          ],
          finishReason: { unified: "tool-calls" as const, raw: undefined },
          usage: tokens,
          warnings: [],
        }
      : {
          content: [{ type: "text" as const, text: "It is 5 degrees in Oslo." }],
          finishReason: { unified: "stop" as const, raw: undefined },
          usage: tokens,
          warnings: [],
        },
});

const weather = tool({
  description: "The weather in a city",
  inputSchema: jsonSchema<{ city: string }>({
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
  }),
  execute: async ({ city }) => ({ city, degrees: 5 }),
});

const { text } = await generateText({
  model,
  system: "Answer with one sentence.",
  prompt: "How warm is it in Oslo?",
  tools: { weather },
  stopWhen: stepCountIs(3),
  experimental_telemetry: {
    isEnabled: true,
    functionId: "weather-agent",
    metadata: { sessionId: "session-1", userId: "user-1" },
  },
});
console.log(text);
