// Ollama's own SDK: chat and generate, whole and streamed.
import { Ollama } from "ollama";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let ollama: Ollama;

beforeAll(async () => {
  server = await startLlmServer();
  ollama = new Ollama({ host: server.url });
});
afterAll(() => server.close());

const model = "qwen3:8b";
const timing = { created_at: "2026-01-01T00:00:00Z", model };
const end = { ...timing, done: true, done_reason: "stop", prompt_eval_count: 20, eval_count: 7 };
const calls = [{ function: { name: "weigh", arguments: { what: "cod" } } }];

const request = {
  model,
  messages: [
    { role: "user", content: "How heavy?", images: ["iVBORw0KGgo="] },
    { role: "tool", tool_name: "look", content: "a cod" },
  ],
  options: { temperature: 0 },
  think: true,
};

const REQUEST = {
  "llm.model_name": model,
  "llm.provider": "ollama",
  "llm.invocation_parameters": '{"model":"qwen3:8b","options":{"temperature":0},"think":true}',
  "llm.input_messages.0.message.role": "user",
  "llm.input_messages.0.message.contents.0.message_content.type": "text",
  "llm.input_messages.0.message.contents.0.message_content.text": "How heavy?",
  "llm.input_messages.0.message.contents.1.message_content.type": "image",
  "llm.input_messages.0.message.contents.1.message_content.image.image.url":
    "data:image/png;base64,iVBORw0KGgo=",
  "llm.input_messages.1.message.role": "tool",
  "llm.input_messages.1.message.name": "look",
  "llm.input_messages.1.message.content": "a cod",
};

const TOKENS = {
  "llm.finish_reason": "stop",
  "llm.token_count.prompt": 20,
  "llm.token_count.completion": 7,
  "llm.token_count.total": 27,
};

const out = "llm.output_messages.0.message";
const ANSWER = {
  [`${out}.role`]: "assistant",
  [`${out}.contents.0.message_content.type`]: "reasoning",
  [`${out}.contents.0.message_content.text`]: "A scale.",
  [`${out}.contents.1.message_content.type`]: "text",
  [`${out}.contents.1.message_content.text`]: "Let me weigh it.",
  [`${out}.contents.2.message_content.type`]: "tool_use",
  [`${out}.contents.2.tool_call.function.name`]: "weigh",
  [`${out}.contents.2.tool_call.function.arguments`]: '{"what":"cod"}',
  [`${out}.tool_calls.0.tool_call.function.name`]: "weigh",
  [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"what":"cod"}',
  ...TOKENS,
};

test("reads chat: images, thinking, calls, tokens", async () => {
  const message = {
    role: "assistant",
    content: "Let me weigh it.",
    thinking: "A scale.",
    tool_calls: calls,
  };
  server.reply({ json: { ...end, message } });
  expect(readWhole(request, await ollama.chat(structuredClone(request)))).toEqual({ ...REQUEST, ...ANSWER });
});

test("folds a streamed chat", async () => {
  const chunk = (message: object): object => ({
    ...timing,
    done: false,
    message: { role: "assistant", content: "", ...message },
  });
  server.reply({
    lines: [
      chunk({ thinking: "A " }),
      chunk({ thinking: "scale." }),
      chunk({ content: "Let me " }),
      chunk({ content: "weigh it." }),
      chunk({ tool_calls: calls }),
      { ...end, message: { role: "assistant", content: "" } },
    ],
  });
  const read = await readStream(request, await ollama.chat({ ...request, stream: true }));
  expect(read.text).toBe("Let me weigh it.");
  expect(read.attributes).toEqual({ ...REQUEST, ...ANSWER });
});

test("reads and folds generate", async () => {
  const asked = { model, prompt: "How heavy?", system: "Be brief.", keep_alive: 1 };
  const GENERATED = {
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "Be brief.",
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.content": "How heavy?",
    [`${out}.content`]: "Three kilos.",
    ...TOKENS,
  };
  server.reply({ json: { ...end, response: "Three kilos." } });
  expect(readWhole(asked, await ollama.generate(asked))).toMatchObject(GENERATED);

  server.reply({
    lines: [
      { ...timing, done: false, response: "Three " },
      { ...timing, done: false, response: "kilos." },
      { ...end, response: "" },
    ],
  });
  const read = await readStream(asked, await ollama.generate({ ...asked, stream: true }));
  expect(read.text).toBe("Three kilos.");
  expect(read.attributes).toMatchObject(GENERATED);
});
