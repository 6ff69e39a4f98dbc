// An LLM call traced without a word about its messages: the request and the answer have OpenAI's shape, so
// the span fills itself in, whole and streamed. The model is a fake; put `openai.chat.completions.create` in its place.
import { register, traceLLM } from "phoenix-otel";

register({ projectName: "llm-example" });

interface ChatRequest {
  model: string;
  temperature?: number;
  messages: { role: "system" | "user"; content: string }[];
}

const usage = { prompt_tokens: 24, completion_tokens: 3, total_tokens: 27 };

const complete = traceLLM(
  async (request: ChatRequest) => ({
    object: "chat.completion",
    model: `${request.model}-2024-07-18`,
    choices: [{ index: 0, message: { role: "assistant", content: "Paris." }, finish_reason: "stop" }],
    usage,
  }),
  { name: "complete" },
);

const stream = traceLLM(
  async function* (request: ChatRequest) {
    const chunk = { object: "chat.completion.chunk", model: `${request.model}-2024-07-18` };
    const delta = (content: string, finish_reason: string | null) => ({
      ...chunk,
      choices: [{ index: 0, delta: { content }, finish_reason }],
    });
    yield delta("Par", null);
    yield delta("is.", null);
    yield delta("", "stop");
    yield { ...chunk, choices: [], usage };
  },
  { name: "stream" },
);

const request: ChatRequest = {
  model: "gpt-4o-mini",
  temperature: 0,
  messages: [
    { role: "system", content: "Answer with one word." },
    { role: "user", content: "Capital of France?" },
  ],
};

const answer = await complete(request);
console.log(answer.choices[0]?.message.content);

let text = "";
for await (const chunk of stream(request)) text += chunk.choices[0]?.delta.content ?? "";
console.log(text);
