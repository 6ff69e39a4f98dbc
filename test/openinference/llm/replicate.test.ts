// Replicate's SDK: predictions, run() and stream().
import Replicate from "replicate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { readLlmCall, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let replicate: Replicate;

beforeAll(async () => {
  server = await startLlmServer();
  replicate = new Replicate({ auth: "token", baseUrl: server.url });
});
afterAll(() => server.close());

const model = "meta/meta-llama-3-8b-instruct";
const input = { prompt: "Which fish?", system_prompt: "Be brief.", temperature: 0.2 };

const REQUEST = {
  "llm.provider": "replicate",
  "llm.invocation_parameters": '{"temperature":0.2}',
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be brief.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.content": "Which fish?",
};

const prediction = {
  id: "p1",
  model,
  version: "v",
  input,
  status: "succeeded",
  output: ["A ", "cod."],
  error: null,
  metrics: { input_token_count: 9, output_token_count: 3, predict_time: 0.1 },
};

const out = "llm.output_messages.0.message";

test("reads a prediction: text in pieces, tokens, status", async () => {
  server.reply({ json: prediction });
  const request = { model, input };
  expect(readWhole(request, await replicate.predictions.create(request))).toEqual({
    ...REQUEST,
    "llm.model_name": model,
    "llm.system": "meta",
    [`${out}.role`]: "assistant",
    [`${out}.content`]: "A cod.",
    "llm.finish_reason": "succeeded",
    "llm.token_count.prompt": 9,
    "llm.token_count.completion": 3,
    "llm.token_count.total": 12,
  });
});

test("reads what run() gives: the pieces alone", async () => {
  server.reply({ json: prediction });
  const pieces = await replicate.run(model, { input, wait: { mode: "block" } });
  const call = readLlmCall([model, { input }]);
  expect({ ...call.request(), ...call.response(pieces) }).toEqual({
    ...REQUEST,
    [`${out}.role`]: "assistant",
    [`${out}.content`]: "A cod.",
  });
});

test("folds the events of stream()", async () => {
  server.reply(
    { json: { ...prediction, status: "starting", output: null, urls: { stream: `${server.url}/stream` } } },
    {
      events: [
        { event: "output", data: "A " },
        { event: "output", data: "cod." },
        { event: "done", data: "{}" },
      ],
    },
  );
  const read = await readStream({ input }, replicate.stream(model, { input }));
  expect(read.text).toBe("A cod.");
  expect(read.attributes).toMatchObject({
    ...REQUEST,
    [`${out}.content`]: "A cod.",
    "llm.finish_reason": "succeeded",
  });
});
