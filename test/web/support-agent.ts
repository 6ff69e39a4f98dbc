// A trace with something of everything: an agent that searches, ranks, asks a model with tools and an image, and fails.
import type { SpanPlan } from "./sent-traces.ts";

/** A red square of one pixel. */
export const PIXEL: string =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** The plan; `session` is the session it belongs to. */
export function supportAgent(session?: string): SpanPlan {
  const inSession = session === undefined ? {} : { "session.id": session };
  return {
    name: "support-agent",
    millis: 1_000,
    attributes: {
      "openinference.span.kind": "AGENT",
      "input.value": "How do I descale it?",
      "output.value": "Run the program with citric acid.",
      "user.id": "ada",
      metadata: '{"tier":"gold"}',
      ...inSession,
    },
    children: [
      {
        name: "search",
        at: 100,
        millis: 200,
        attributes: {
          "openinference.span.kind": "RETRIEVER",
          "input.value": "descale",
          "retrieval.documents.0.document.id": "manual-7",
          "retrieval.documents.0.document.content": "Descale every three months.",
          "retrieval.documents.0.document.score": 0.91,
          "retrieval.documents.0.document.metadata": '{"page":12}',
          "retrieval.documents.1.document.id": "faq-2",
          "retrieval.documents.1.document.content": "Citric acid is fine.",
          "retrieval.documents.1.document.score": 0.72,
        },
      },
      {
        name: "answer",
        at: 320,
        millis: 500,
        attributes: {
          "openinference.span.kind": "LLM",
          "llm.model_name": "gpt-4o-mini",
          "llm.provider": "openai",
          "llm.token_count.prompt": 1210,
          "llm.token_count.prompt_details.cache_read": 1024,
          "llm.token_count.completion": 34,
          "llm.token_count.total": 1244,
          "llm.invocation_parameters": '{"temperature":0.2,"seed":12345678901234567890}',
          "llm.tools.0.tool.json_schema": '{"name":"lookup","parameters":{"type":"object"}}',
          "llm.input_messages.0.message.role": "system",
          "llm.input_messages.0.message.content": "You help with coffee machines.",
          "llm.input_messages.1.message.role": "user",
          "llm.input_messages.1.message.contents.0.message_content.type": "text",
          "llm.input_messages.1.message.contents.0.message_content.text": "What is this light?",
          "llm.input_messages.1.message.contents.1.message_content.type": "image",
          "llm.input_messages.1.message.contents.1.message_content.image.image.url": PIXEL,
          "llm.input_messages.1.message.contents.2.message_content.type": "image",
          "llm.input_messages.1.message.contents.2.message_content.image.image.url":
            "https://images.example.com/light.png",
          "llm.input_messages.2.message.role": "tool",
          "llm.input_messages.2.message.tool_call_id": "call_1",
          "llm.input_messages.2.message.content": '{"state":"descale"}',
          "llm.output_messages.0.message.role": "assistant",
          "llm.output_messages.0.message.content": "I look it up.",
          "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_2",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "lookup",
          "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments":
            '{"model":"X1","steps":["drain","rinse","repeat until clear"],"volume_ml":750}',
          "input.value": '{"messages":[]}',
          "input.mime_type": "application/json",
        },
        events: [{ name: "first token", attributes: { "after.ms": 120 } }],
      },
      {
        name: "lookup",
        at: 850,
        millis: 100,
        attributes: {
          "openinference.span.kind": "TOOL",
          "input.value": '{"model":"X1"}',
          "tool.name": "lookup",
        },
        error: new TypeError("connection refused"),
      },
    ],
  };
}
