// The program's own instrumentation of openai, given to register().
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import OpenAI from "openai";
import { register } from "phoenix-otel";

const { MODELS, MANUALLY, AUTO } = process.env;
const instrumentation = new OpenAIInstrumentation();
register({
  instrumentations: [instrumentation],
  ...(AUTO === "true" && { autoInstrument: true }),
});
if (MANUALLY === "true") instrumentation.manuallyInstrument(OpenAI);
const client = new OpenAI({ apiKey: "key", baseURL: `${MODELS}/v1` });
const answer = await client.chat.completions.create({
  model: "gpt-4o",
  messages: [{ role: "user", content: "?" }],
});
console.log(answer.choices[0].message.content);
