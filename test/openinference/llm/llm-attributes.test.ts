import type { Attributes } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { llmAttributes as attributesWithin } from "../../../src/openinference/llm/llm-attributes.ts";
import type { LlmDescription } from "../../../src/openinference/llm/llm-description.ts";

const llmAttributes = (description: LlmDescription, maxLength = 1_048_576): Attributes =>
  attributesWithin(description, maxLength);

describe("the attributes of a description", () => {
  test("are those of the specification", () => {
    expect(
      llmAttributes({
        model: "m",
        requestModel: "rq",
        responseModel: "rs",
        provider: "aws",
        system: "anthropic",
        finishReason: "stop",
        invocationParameters: { temperature: 0 },
        inputMessages: [{ role: "user", content: "Hello?" }],
        outputMessages: [
          {
            role: "assistant",
            content: [
              { type: "text", text: "Look:" },
              { type: "image", url: "https://example.com/a.png" },
              { type: "audio", url: "https://example.com/a.mp3", mimeType: "audio/mpeg", transcript: "la" },
              { type: "video", url: "https://example.com/a.mp4" },
              { type: "reasoning", text: "hm", id: "i", signature: "s", data: "d", encryptedContent: "e" },
            ],
            toolCalls: [{ id: "c", name: "f", arguments: { x: 1 }, reasoningSignature: "rs" }],
          },
          { role: "tool", name: "f", toolCallId: "c", content: "1" },
        ],
        tools: [{ name: "f", description: "d", jsonSchema: { type: "object" } }],
        tokenCount: {
          prompt: 1,
          completion: 2,
          total: 3,
          promptDetails: { cacheRead: 4, cacheWrite: 5, cacheInput: 6, audio: 7 },
          completionDetails: { reasoning: 8, audio: 9 },
        },
        cost: { prompt: 0.1, completion: 0.2, total: 0.3 },
      }),
    ).toEqual({
      "llm.model_name": "m",
      "llm.request.model_name": "rq",
      "llm.response.model_name": "rs",
      "llm.provider": "aws",
      "llm.system": "anthropic",
      "llm.finish_reason": "stop",
      "llm.invocation_parameters": '{"temperature":0}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.contents.0.message_content.type": "text",
      "llm.output_messages.0.message.contents.0.message_content.text": "Look:",
      "llm.output_messages.0.message.contents.1.message_content.type": "image",
      "llm.output_messages.0.message.contents.1.message_content.image.image.url": "https://example.com/a.png",
      "llm.output_messages.0.message.contents.2.message_content.type": "audio",
      "llm.output_messages.0.message.contents.2.message_content.audio.audio.url": "https://example.com/a.mp3",
      "llm.output_messages.0.message.contents.2.message_content.audio.audio.mime_type": "audio/mpeg",
      "llm.output_messages.0.message.contents.2.message_content.audio.audio.transcript": "la",
      "llm.output_messages.0.message.contents.3.message_content.type": "video",
      "llm.output_messages.0.message.contents.3.message_content.video.video.url": "https://example.com/a.mp4",
      "llm.output_messages.0.message.contents.4.message_content.type": "reasoning",
      "llm.output_messages.0.message.contents.4.message_content.text": "hm",
      "llm.output_messages.0.message.contents.4.message_content.id": "i",
      "llm.output_messages.0.message.contents.4.message_content.signature": "s",
      "llm.output_messages.0.message.contents.4.message_content.data": "d",
      "llm.output_messages.0.message.contents.4.message_content.encrypted_content": "e",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"x":1}',
      "llm.output_messages.0.message.tool_calls.0.tool_call.reasoning_signature": "rs",
      "llm.output_messages.1.message.role": "tool",
      "llm.output_messages.1.message.name": "f",
      "llm.output_messages.1.message.tool_call_id": "c",
      "llm.output_messages.1.message.content": "1",
      "llm.tools.0.tool.name": "f",
      "llm.tools.0.tool.description": "d",
      "llm.tools.0.tool.json_schema": '{"type":"object"}',
      "llm.token_count.prompt": 1,
      "llm.token_count.completion": 2,
      "llm.token_count.total": 3,
      "llm.token_count.prompt_details.cache_read": 4,
      "llm.token_count.prompt_details.cache_write": 5,
      "llm.token_count.prompt_details.cache_input": 6,
      "llm.token_count.prompt_details.audio": 7,
      "llm.token_count.completion_details.reasoning": 8,
      "llm.token_count.completion_details.audio": 9,
      "llm.cost.prompt": 0.1,
      "llm.cost.completion": 0.2,
      "llm.cost.total": 0.3,
    });
  });

  test("leave out what is missing or of another type", () => {
    const description = {
      model: 7,
      tokenCount: { prompt: "1", total: Number.NaN },
      inputMessages: [null, { role: "user", content: 3 }],
      tools: "none",
      invocationParameters: null,
    } as unknown as LlmDescription;
    expect(llmAttributes(description)).toEqual({ "llm.input_messages.1.message.role": "user" });
    expect(llmAttributes({})).toEqual({});
  });

  test("are what was read before a getter threw", () => {
    expect(
      llmAttributes({
        model: "m",
        get tools(): never {
          throw new Error("getter");
        },
      }),
    ).toEqual({ "llm.model_name": "m" });
  });

  test("are cut at the limit, with a marker", () => {
    const { "llm.input_messages.0.message.content": content } = llmAttributes(
      { inputMessages: [{ role: "user", content: "x".repeat(500) }] },
      100,
    );
    expect(content).toHaveLength(100);
    expect(content).toContain("cut: 500 characters");
  });

  test("have the token counts before the messages, which a span's limit may cut off", () => {
    const keys = Object.keys(
      llmAttributes({
        inputMessages: [{ role: "user", content: "x" }],
        outputMessages: [{ role: "assistant", content: "y" }],
        tokenCount: { total: 3 },
      }),
    );
    expect(keys[0]).toBe("llm.token_count.total");
  });
});
