// OpenAI's client, traced where it is: whole and streamed answers, tools and embeddings, a span for each call to a model.
// It speaks to OpenAI with OPENAI_API_KEY, or to whatever OPENAI_BASE_URL names: Azure, OpenRouter, vLLM, Ollama's /v1.
import OpenAI from "openai";
import { register, traceClient, traceTool } from "phoenix-otel";

register({ projectName: "openai-example" });

const openai = traceClient(new OpenAI());
const model = process.env["OPENAI_MODEL"] ?? "gpt-4o-mini";
const messages = [{ role: "user" as const, content: "How heavy is the cod?" }];

const answer = await openai.chat.completions.create({ model, messages });
console.log(answer.choices[0]?.message.content);

const stream = await openai.chat.completions.create({ model, messages, stream: true });
let text = "";
for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
console.log(text);

const weigh = traceTool((input: { what: string }) => `A ${input.what} weighs three kilos.`, {
  name: "weigh",
});
const runner = openai.chat.completions.runTools({
  model,
  messages,
  tools: [
    {
      type: "function",
      function: {
        name: "weigh",
        description: "Weighs a fish",
        parameters: { type: "object", properties: { what: { type: "string" } } },
        parse: JSON.parse as (input: string) => { what: string },
        function: weigh,
      },
    },
  ],
});
console.log(await runner.finalContent());

const { data } = await openai.embeddings.create({ model: "text-embedding-3-small", input: ["cod", "eel"] });
console.log(data.length);
