// Functions of a program's own: bare messages, options beside them, a text or one message as the answer.
import { describe, expect, test } from "vitest";
import { readLlmCall } from "./read-call.ts";

describe("a function of messages and options", () => {
  test("gives the messages, the model and the parameters, and its text is the answer", () => {
    const call = readLlmCall([
      [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello?" },
      ],
      { model: "gpt-4o", temperature: 0, apiKey: "sk-secret", onToken: () => undefined },
    ]);
    expect(call.request()).toEqual({
      "llm.model_name": "gpt-4o",
      "llm.invocation_parameters": '{"model":"gpt-4o","temperature":0}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.content": "Hello?",
    });
    expect(call.response("Hello!")).toEqual({
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Hello!",
    });
  });

  test("takes no instance for options: it may be a client with a key", () => {
    class Client {
      model = "gpt-4o";
      options = { apiKey: "sk-secret" };
    }
    expect(readLlmCall([new Client(), [{ role: "user", content: "Hello?" }]]).request()).toEqual({
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
    });
  });

  test("finds a request at any position", () => {
    const request = { model: "gpt-4o", messages: [{ role: "user", content: "Hello?" }] };
    for (const args of [[request], ["session-1", request], [{ userId: 7 }, undefined, request]]) {
      expect(readLlmCall(args).request()).toMatchObject({
        "llm.input_messages.0.message.content": "Hello?",
      });
    }
  });

  test.each([
    ["OpenAI", [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }]],
    ["Anthropic", [{ type: "image", source: { type: "url", url: "https://example.com/a.png" } }]],
    ["the AI SDK", [{ type: "image", image: new URL("https://example.com/a.png") }]],
    ["OpenAI Responses", [{ type: "input_image", image_url: "https://example.com/a.png" }]],
  ])("reads parts in the words of %s", (_provider, content) => {
    expect(readLlmCall([[{ role: "user", content }]]).request()).toEqual({
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.contents.0.message_content.type": "image",
      "llm.input_messages.0.message.contents.0.message_content.image.image.url": "https://example.com/a.png",
    });
  });

  test("reads parts in the words of Google", () => {
    expect(readLlmCall([[{ role: "user", parts: [{ text: "Hello?" }] }]]).request()).toEqual({
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
    });
  });

  test("joins a streamed text", () => {
    const stream = readLlmCall([[{ role: "user", content: "Hello?" }]]).createAnswer();
    expect([stream.add("Hel"), stream.add("lo!")]).toEqual([true, true]);
    expect(stream.text()).toBe("Hello!");
    expect(stream.attributes()).toEqual({
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Hello!",
    });
  });
});

describe("a function that returns one message", () => {
  test.each([
    ["OpenAI", { role: "assistant", content: "Hello!", refusal: null }],
    ["Google", { role: "model", parts: [{ text: "Hello!" }] }],
    ["the AI SDK", { role: "assistant", content: [{ type: "text", text: "Hello!" }] }],
  ])("of %s gives an output message", (_provider, message) => {
    expect(readLlmCall([]).response(message)).toMatchObject({
      "llm.output_messages.0.message.content": "Hello!",
    });
  });
});
