// An agent of the AI SDK, version 5 or 7 as SDK says, with the SDK's own telemetry and no wrapper; prints what the SDK
// says that it used. Its model is OpenAI's API at LLM_URL.
import { OpenTelemetry } from "@ai-sdk/otel";
import * as ai5 from "ai5";
import { createOpenAI as createOpenAI5 } from "ai5-openai";
import * as ai7 from "ai7";
import { createOpenAI as createOpenAI7 } from "ai7-openai";
import { register } from "phoenix-otel";

register();

const settings = { baseURL: process.env["LLM_URL"] ?? "", apiKey: "none" };
const isSeven = process.env["SDK"] === "7";
const schema = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city"],
};
const execute = async (): Promise<{ degrees: number }> => ({ degrees: 5 });
const asked = {
  system: "Answer with one sentence.",
  prompt: "How warm is it in Oslo?",
  temperature: 0.5,
};
const weather = { description: "The weather in a city", execute };

if (isSeven) ai7.registerTelemetry(new OpenTelemetry());
const { text, totalUsage } = isSeven
  ? await ai7.generateText({
      ...asked,
      model: createOpenAI7(settings).chat("gpt-4o"),
      tools: { weather: ai7.tool({ ...weather, inputSchema: ai7.jsonSchema<{ city: string }>(schema) }) },
      stopWhen: ai7.isStepCount(3),
      telemetry: { functionId: "weather-agent" },
    })
  : await ai5.generateText({
      ...asked,
      model: createOpenAI5(settings).chat("gpt-4o"),
      tools: { weather: ai5.tool({ ...weather, inputSchema: ai5.jsonSchema<{ city: string }>(schema) }) },
      stopWhen: ai5.stepCountIs(3),
      experimental_telemetry: { isEnabled: true, functionId: "weather-agent" },
    });

const { inputTokens, outputTokens, totalTokens } = totalUsage;
process.stdout.write(JSON.stringify({ text, usage: { inputTokens, outputTokens, totalTokens } }));
