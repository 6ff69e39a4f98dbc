// @google/generative-ai, the SDK before @google/genai; Vertex' own has the same shapes.
import { GoogleGenerativeAI, type GenerativeModel } from "@google/generative-ai";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { traceLLM } from "../../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../../decorators/support/recorded-spans.ts";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { readWhole } from "./read-call.ts";

let server: LlmServer;
let gemini: GenerativeModel;

beforeAll(async () => {
  server = await startLlmServer();
  gemini = new GoogleGenerativeAI("key").getGenerativeModel(
    { model: "gemini-1.5-flash" },
    { baseUrl: server.url },
  );
});
afterAll(() => server.close());

const part = (text: string, more: object = {}): object => ({
  candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0, ...more }],
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 4, totalTokenCount: 11 },
  modelVersion: "gemini-1.5-flash",
});
const pieces = [part("A red "), part("kite.", { finishReason: "STOP" })].map((data) => ({ data }));

const request = {
  systemInstruction: "Be brief.",
  contents: [{ role: "user", parts: [{ text: "What flies there?" }] }],
  generationConfig: { temperature: 0.1 },
};

const ANSWER = {
  "llm.model_name": "gemini-1.5-flash",
  "llm.provider": "google",
  "llm.output_messages.0.message.role": "model",
  "llm.output_messages.0.message.content": "A red kite.",
  "llm.finish_reason": "STOP",
  "llm.token_count.prompt": 7,
  "llm.token_count.completion": 4,
  "llm.token_count.total": 11,
};

const CALL = {
  ...ANSWER,
  "llm.invocation_parameters": '{"generationConfig":{"temperature":0.1}}',
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be brief.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.content": "What flies there?",
};

function recordForTest(): RecordedSpans {
  const recorded = recordSpans();
  onTestFinished(() => recorded.stop());
  return recorded;
}

const stream = traceLLM((asked: typeof request) => gemini.generateContentStream(asked), { name: "stream" });

test("reads a request without a model, and the response within the result", async () => {
  server.reply({ json: part("A red kite.", { finishReason: "STOP" }) });
  expect(readWhole(request, await gemini.generateContent(request))).toEqual(CALL);
});

test("the span ends with the stream, which stays the caller's", async () => {
  const recorded = recordForTest();
  server.reply({ events: pieces });
  const result = await stream(request);
  let text = "";
  for await (const chunk of result.stream) text += chunk.text();
  expect(text).toBe("A red kite.");
  expect(recorded.attributes("stream")).toMatchObject({ ...CALL, "output.value": "A red kite." });
  expect((await result.response).text()).toBe("A red kite.");
});

test("the span ends with the promise of the whole where nobody reads the stream", async () => {
  const recorded = recordForTest();
  server.reply({ events: pieces });
  const { response } = await stream(request);
  expect((await response).text()).toBe("A red kite.");
  await new Promise(setImmediate);
  // The SDK's whole has the pieces as parts, and no model.
  expect(recorded.attributes("stream")).toMatchObject({
    "llm.output_messages.0.message.contents.0.message_content.text": "A red ",
    "llm.output_messages.0.message.contents.1.message_content.text": "kite.",
    "llm.finish_reason": "STOP",
    "llm.token_count.total": 11,
  });
});
