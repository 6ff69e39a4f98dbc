// The program's own instrumentation of openai, given to register() before openai is loaded, or after.
const { OpenAIInstrumentation } = require("@arizeai/openinference-instrumentation-openai");
const { MODELS, LATE, AUTO } = process.env;
const early = LATE === "true" ? require("openai") : undefined;
require("phoenix-otel").register({
  instrumentations: [new OpenAIInstrumentation()],
  ...(AUTO === "true" && { autoInstrument: true }),
});
const { OpenAI } = early ?? require("openai");
const client = new OpenAI({ apiKey: "key", baseURL: `${MODELS}/v1` });
void client.chat.completions
  .create({ model: "gpt-4o", messages: [{ role: "user", content: "?" }] })
  .then(({ choices }) => console.log(choices[0].message.content));
