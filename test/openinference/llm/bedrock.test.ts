// Bedrock's Converse through the AWS SDK, whole and streamed.
import { Readable } from "node:stream";
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { traceLLM } from "../../../src/index.ts";
import { recordSpans } from "../../decorators/support/recorded-spans.ts";
import { awsEvents } from "../../support/aws-event-stream.ts";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { readRequest, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  server = await startLlmServer();
  client = new BedrockRuntimeClient({
    region: "eu-north-1",
    endpoint: server.url,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    maxAttempts: 1,
    // The SDK's own speaks HTTP/2, which the test's server does not.
    requestHandler: {
      async handle({ path, body }: { path: string; body: string }) {
        const response = await fetch(server.url + path, { method: "POST", body });
        const headers = Object.fromEntries(response.headers);
        return {
          response: { statusCode: response.status, headers, body: Readable.fromWeb(response.body as never) },
        };
      },
    } as never,
  });
});
afterAll(() => server.close());

const request: ConverseCommandInput = {
  modelId: "eu.anthropic.claude-sonnet-4-20250514-v1:0",
  system: [{ text: "Be brief." }, { cachePoint: { type: "default" } }],
  messages: [
    {
      role: "user",
      content: [
        { text: "How tall is it?" },
        { image: { format: "png", source: { bytes: new Uint8Array([1, 2, 3]) } } },
      ],
    },
    {
      role: "assistant",
      content: [{ toolUse: { toolUseId: "t0", name: "measure", input: { what: "hull" } } }],
    },
    {
      role: "user",
      content: [{ toolResult: { toolUseId: "t0", content: [{ json: { metres: 3 } }] } }],
    },
  ],
  inferenceConfig: { maxTokens: 100, temperature: 0.1 },
  toolConfig: {
    tools: [{ toolSpec: { name: "measure", description: "Measures", inputSchema: { json: {} } } }],
    toolChoice: { auto: {} },
  },
};

const REQUEST = {
  "llm.model_name": "eu.anthropic.claude-sonnet-4-20250514-v1:0",
  "llm.provider": "aws",
  "llm.system": "anthropic",
  "llm.invocation_parameters":
    '{"modelId":"eu.anthropic.claude-sonnet-4-20250514-v1:0","inferenceConfig":{"maxTokens":100,"temperature":0.1},"toolChoice":{"auto":{}}}',
  "llm.tools.0.tool.name": "measure",
  "llm.tools.0.tool.description": "Measures",
  "llm.tools.0.tool.json_schema":
    '{"toolSpec":{"name":"measure","description":"Measures","inputSchema":{"json":{}}}}',
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be brief.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.contents.0.message_content.type": "text",
  "llm.input_messages.1.message.contents.0.message_content.text": "How tall is it?",
  "llm.input_messages.1.message.contents.1.message_content.type": "image",
  "llm.input_messages.1.message.contents.1.message_content.image.image.url": "data:image/png;base64,AQID",
  "llm.input_messages.2.message.role": "assistant",
  "llm.input_messages.2.message.tool_calls.0.tool_call.id": "t0",
  "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "measure",
  "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": '{"what":"hull"}',
  "llm.input_messages.3.message.role": "tool",
  "llm.input_messages.3.message.tool_call_id": "t0",
  "llm.input_messages.3.message.content": '{"metres":3}',
};

const usage = {
  inputTokens: 20,
  outputTokens: 9,
  totalTokens: 159,
  cacheReadInputTokens: 100,
  cacheWriteInputTokens: 30,
};

const USAGE = {
  "llm.token_count.prompt": 150,
  "llm.token_count.completion": 9,
  "llm.token_count.total": 159,
  "llm.token_count.prompt_details.cache_read": 100,
  "llm.token_count.prompt_details.cache_write": 30,
};

const out = "llm.output_messages.0.message";

test("reads Converse: messages, tools, thinking, calls, the cache's tokens", async () => {
  server.reply({
    json: {
      output: {
        message: {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "The mast.", signature: "sig" } } },
            { text: "Nine metres." },
            { toolUse: { toolUseId: "t1", name: "measure", input: { what: "mast" } } },
          ],
        },
      },
      stopReason: "tool_use",
      usage,
    },
  });
  expect(readWhole(request, await client.send(new ConverseCommand(request)))).toEqual({
    ...REQUEST,
    [`${out}.role`]: "assistant",
    [`${out}.contents.0.message_content.type`]: "reasoning",
    [`${out}.contents.0.message_content.text`]: "The mast.",
    [`${out}.contents.0.message_content.signature`]: "sig",
    [`${out}.contents.1.message_content.type`]: "text",
    [`${out}.contents.1.message_content.text`]: "Nine metres.",
    [`${out}.contents.2.message_content.type`]: "tool_use",
    [`${out}.contents.2.tool_call.id`]: "t1",
    [`${out}.contents.2.tool_call.function.name`]: "measure",
    [`${out}.contents.2.tool_call.function.arguments`]: '{"what":"mast"}',
    [`${out}.tool_calls.0.tool_call.id`]: "t1",
    [`${out}.tool_calls.0.tool_call.function.name`]: "measure",
    [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"what":"mast"}',
    "llm.finish_reason": "tool_use",
    ...USAGE,
  });
});

const events = [
  { messageStart: { role: "assistant" } },
  { contentBlockDelta: { delta: { text: "Nine " }, contentBlockIndex: 0 } },
  { contentBlockDelta: { delta: { text: "metres." }, contentBlockIndex: 0 } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { contentBlockStart: { start: { toolUse: { toolUseId: "t1", name: "measure" } }, contentBlockIndex: 1 } },
  { contentBlockDelta: { delta: { toolUse: { input: '{"what":' } }, contentBlockIndex: 1 } },
  { contentBlockDelta: { delta: { toolUse: { input: '"mast"}' } }, contentBlockIndex: 1 } },
  { contentBlockStop: { contentBlockIndex: 1 } },
  { messageStop: { stopReason: "tool_use" } },
  { metadata: { usage, metrics: { latencyMs: 5 } } },
];

test("folds the events of ConverseStream", async () => {
  server.reply(awsEvents(...events));
  const { stream } = await client.send(new ConverseStreamCommand(request));
  const read = await readStream(request, stream as AsyncIterable<unknown>);
  expect(read.text).toBe("Nine metres.");
  expect(read.attributes).toMatchObject({
    ...REQUEST,
    [`${out}.content`]: "Nine metres.",
    [`${out}.tool_calls.0.tool_call.id`]: "t1",
    [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"what":"mast"}',
    "llm.finish_reason": "tool_use",
    ...USAGE,
  });
});

test("the span of a wrapped call lasts until the stream within its result was read", async () => {
  const recorded = recordSpans();
  onTestFinished(() => recorded.stop());
  server.reply(awsEvents(...events));
  const converse = traceLLM((command: ConverseStreamCommand) => client.send(command), { name: "converse" });
  const { stream, $metadata } = await converse(new ConverseStreamCommand(request));
  expect($metadata.httpStatusCode).toBe(200);
  expect(recorded.spans).toEqual([]);
  for await (const event of stream ?? []) void event;
  expect(recorded.attributes("converse")).toMatchObject({
    ...REQUEST,
    "output.value": "Nine metres.",
    ...USAGE,
  });
});

test("finds the request within a command", () => {
  expect(readRequest([new ConverseCommand(request)])).toEqual(REQUEST);
});

test.each([
  ["amazon.nova-pro-v1:0", "amazon"],
  ["amazon.titan-text-express-v1", "amazon"],
  ["meta.llama3-1-70b-instruct-v1:0", "meta"],
  ["cohere.command-r-v1:0", "cohere"],
  ["mistral.mistral-large-2402-v1:0", "mistralai"],
  ["ai21.jamba-1-5-large-v1:0", "ai21"],
  ["arn:aws:bedrock:eu-north-1:1:application-inference-profile/x1", undefined],
])("says whose model %s is", (modelId, system) => {
  const { "llm.provider": provider, "llm.system": told } = readRequest([{ modelId, messages: [] }]);
  expect([provider, told]).toEqual(["aws", system]);
});
