// Where requests stand: in an object without a model, in useChat's messages, within another argument.
import { describe, expect, test } from "vitest";
import { readRequest, readWhole } from "./read-call.ts";

const messages = [{ role: "user", content: "How deep is it?" }];
const ASKED = {
  "llm.input_messages.0.message.role": "user",
  "llm.input_messages.0.message.content": "How deep is it?",
};

test.each<[string, unknown[]]>([
  ["{ messages }", [{ messages }]],
  ["{ messages } with members of the program's own", [{ messages, userId: 7, onToken: () => undefined }]],
  ["{ messages } behind other arguments", ["session", { userId: 7 }, { messages }]],
  ["{ prompt }", [{ prompt: "How deep is it?" }]],
  ["{ prompt } as a list", [{ prompt: messages }]],
  ["{ input } as a list", [{ input: messages }]],
  [
    "{ uiMessages }",
    [{ uiMessages: [{ role: "user", parts: [{ type: "text", text: "How deep is it?" }] }] }],
  ],
  ["a request within an object", [{ userId: 7, request: { messages } }]],
  ["a body within an object", [{ headers: {}, body: { messages } }]],
  ["OpenAI's items alone", [[{ type: "message", role: "user", content: "How deep is it?" }]]],
  [
    "Gemini's contents without a model",
    [{ contents: [{ role: "user", parts: [{ text: "How deep is it?" }] }] }],
  ],
])("reads %s", (_place, args) => {
  expect(readRequest(args)).toMatchObject(ASKED);
});

test("an object without a model has its parameters and system text", () => {
  const request = { messages, system: "Be brief.", temperature: 0.2, apiKey: "sk-secret" };
  expect(readRequest([request])).toEqual({
    "llm.invocation_parameters": '{"temperature":0.2}',
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "Be brief.",
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.content": "How deep is it?",
  });
});

test("a request of a provider within an object is read in full", () => {
  const request = { model: "gpt-4o", messages, temperature: 0 };
  expect(readRequest([{ userId: 7, request }])).toEqual({
    "llm.model_name": "gpt-4o",
    "llm.provider": "openai",
    "llm.system": "openai",
    "llm.invocation_parameters": '{"model":"gpt-4o","temperature":0}',
    ...ASKED,
  });
});

test("items of OpenAI Responses stay in their order, without a request around them", () => {
  const items = [
    { role: "user", content: "How deep?" },
    { type: "function_call", call_id: "c1", name: "sound", arguments: "{}" },
    { type: "function_call_output", call_id: "c1", output: "nine" },
  ];
  expect(readRequest([items])).toMatchObject({
    "llm.input_messages.0.message.content": "How deep?",
    "llm.input_messages.1.message.tool_calls.0.tool_call.id": "c1",
    "llm.input_messages.2.message.role": "tool",
    "llm.input_messages.2.message.content": "nine",
  });
});

test("getters within an argument are not touched", () => {
  let isTouched = false;
  const argument = {
    get request(): unknown {
      isTouched = true;
      return { messages };
    },
  };
  expect(readRequest([argument])).toEqual({});
  expect(isTouched).toBe(false);
});

describe("messages of useChat", () => {
  const conversation = [
    {
      id: "m1",
      role: "user",
      parts: [
        { type: "text", text: "What is it?" },
        { type: "file", mediaType: "image/png", url: "https://example.com/boat.png" },
        { type: "file", mediaType: "application/pdf", url: "https://example.com/boat.pdf" },
      ],
    },
    {
      id: "m2",
      role: "assistant",
      parts: [
        { type: "step-start" },
        { type: "reasoning", text: "Look it up.", state: "done" },
        {
          type: "tool-lookUp",
          toolCallId: "c1",
          state: "output-available",
          input: { what: "boat" },
          output: { name: "Havsörn" },
        },
        {
          type: "dynamic-tool",
          toolName: "weigh",
          toolCallId: "c2",
          state: "output-error",
          input: {},
          errorText: "too heavy",
        },
        { type: "step-start" },
        { type: "text", text: "A boat.", state: "done" },
      ],
    },
  ];
  const at = "llm.input_messages";
  const READ = {
    [`${at}.0.message.role`]: "user",
    [`${at}.0.message.contents.0.message_content.type`]: "text",
    [`${at}.0.message.contents.0.message_content.text`]: "What is it?",
    [`${at}.0.message.contents.1.message_content.type`]: "image",
    [`${at}.0.message.contents.1.message_content.image.image.url`]: "https://example.com/boat.png",
    [`${at}.0.message.contents.2.message_content.type`]: "file",
    [`${at}.1.message.role`]: "assistant",
    [`${at}.1.message.contents.0.message_content.type`]: "reasoning",
    [`${at}.1.message.contents.0.message_content.text`]: "Look it up.",
    [`${at}.1.message.tool_calls.0.tool_call.id`]: "c1",
    [`${at}.1.message.tool_calls.0.tool_call.function.name`]: "lookUp",
    [`${at}.1.message.tool_calls.0.tool_call.function.arguments`]: '{"what":"boat"}',
    [`${at}.1.message.tool_calls.1.tool_call.function.name`]: "weigh",
    [`${at}.2.message.role`]: "tool",
    [`${at}.2.message.tool_call_id`]: "c1",
    [`${at}.2.message.content`]: '{"name":"Havsörn"}',
    [`${at}.3.message.role`]: "tool",
    [`${at}.3.message.content`]: "too heavy",
    [`${at}.4.message.role`]: "assistant",
    [`${at}.4.message.content`]: "A boat.",
  };

  test.each<[string, unknown[]]>([
    ["alone", [conversation]],
    ["in an object", [{ messages: conversation }]],
    ["beside a model by name", [{ model: "gpt-4o", messages: conversation }]],
    ["beside a model of the AI SDK", [{ model: { modelId: "m", provider: "x" }, messages: conversation }]],
  ])("are read %s", (_place, args) => {
    expect(readRequest(args)).toMatchObject(READ);
  });

  test("of the AI SDK 4: tool invocations, attachments, content beside the parts", () => {
    const old = [
      {
        role: "user",
        content: "What is it?",
        parts: [{ type: "text", text: "What is it?" }],
        experimental_attachments: [{ contentType: "image/png", url: "https://example.com/boat.png" }],
      },
      {
        role: "assistant",
        content: "",
        parts: [
          { type: "reasoning", reasoning: "Look it up.", details: [] },
          {
            type: "tool-invocation",
            toolInvocation: {
              state: "result",
              toolCallId: "c1",
              toolName: "lookUp",
              args: {},
              result: "Havsörn",
            },
          },
        ],
      },
    ];
    expect(readRequest([old])).toMatchObject({
      [`${at}.0.message.contents.1.message_content.image.image.url`]: "https://example.com/boat.png",
      [`${at}.1.message.contents.0.message_content.text`]: "Look it up.",
      [`${at}.1.message.tool_calls.0.tool_call.function.name`]: "lookUp",
      [`${at}.2.message.content`]: "Havsörn",
    });
  });
});

describe("Bedrock's InvokeModel, whose bodies are JSON", () => {
  const model = "anthropic.claude-3-5-sonnet-20241022-v2:0";
  const body = { anthropic_version: "bedrock-2023-05-31", max_tokens: 10, messages };
  const answer = {
    type: "message",
    role: "assistant",
    model: "claude-3-5-sonnet-20241022",
    content: [{ type: "text", text: "Nine metres." }],
    stop_reason: "end_turn",
    usage: { input_tokens: 5, output_tokens: 3 },
  };

  test.each<[string, object]>([
    ["alone", { modelId: model, body: JSON.stringify(body) }],
    [
      "in a command",
      new (class InvokeModelCommand {
        input = { modelId: model, body: new TextEncoder().encode(JSON.stringify(body)) };
      })(),
    ],
  ])("is read %s", (_place, request) => {
    expect(readRequest([request])).toMatchObject({
      "llm.model_name": model,
      "llm.provider": "aws",
      "llm.system": "anthropic",
      ...ASKED,
    });
    const response = { $metadata: {}, body: new TextEncoder().encode(JSON.stringify(answer)) };
    expect(readWhole(request, response)).toMatchObject({
      "llm.output_messages.0.message.content": "Nine metres.",
      "llm.token_count.total": 8,
    });
  });
});
