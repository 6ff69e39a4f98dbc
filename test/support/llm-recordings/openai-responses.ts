// Answers of OpenAI's Responses API, in the shape of its API reference.
import { typedEvents, type Recording } from "../llm-server.ts";

const response = {
  id: "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
  object: "response",
  created_at: 1_741_476_542,
  status: "completed",
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  model: "gpt-5-2025-08-07",
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: "low", summary: "auto" },
  store: true,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_p: 1,
  truncation: "disabled",
  metadata: {},
};

const usage = {
  input_tokens: 328,
  input_tokens_details: { cached_tokens: 256 },
  output_tokens: 52,
  output_tokens_details: { reasoning_tokens: 32 },
  total_tokens: 380,
};

const reasoning = {
  id: "rs_6876cf02e0bc8192b74af0fb64b715ff",
  type: "reasoning",
  summary: [{ type: "summary_text", text: "The user asks for the weather." }],
  encrypted_content: "gAAAAABod",
};

const message = {
  id: "msg_67ccd2bf17f0819081ff3bb2cf6508e6",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: "Looking it up.", annotations: [], logprobs: [] }],
};

const functionCall = {
  id: "fc_67ca09c6bedc8190a7abfec07b1a1332",
  type: "function_call",
  status: "completed",
  call_id: "call_unDhCyd5vMDR3g7J",
  name: "get_weather",
  arguments: '{"city":"Paris"}',
};

export const text: Recording = { json: { ...response, output: [message], usage } };

export const reasoningAndToolCall: Recording = {
  json: { ...response, output: [reasoning, message, functionCall], usage },
};

export const refusal: Recording = {
  json: {
    ...response,
    status: "incomplete",
    incomplete_details: { reason: "content_filter" },
    output: [{ ...message, content: [{ type: "refusal", refusal: "I can't help with that." }] }],
    usage,
  },
};

export const image: Recording = {
  json: {
    ...response,
    output: [
      { id: "ig_1", type: "image_generation_call", status: "completed", result: "iVBORw0KGgoAAAANSUhEUg==" },
    ],
    usage,
  },
};

let sequence = 0;
const event = <T extends { type: string }>(data: T) => ({ ...data, sequence_number: sequence++ });

export const streamedText: Recording = typedEvents(
  event({
    type: "response.created",
    response: { ...response, status: "in_progress", output: [], usage: null },
  }),
  event({
    type: "response.in_progress",
    response: { ...response, status: "in_progress", output: [], usage: null },
  }),
  event({
    type: "response.output_item.added",
    output_index: 0,
    item: { ...message, status: "in_progress", content: [] },
  }),
  event({
    type: "response.content_part.added",
    item_id: message.id,
    output_index: 0,
    content_index: 0,
    part: { type: "output_text", text: "", annotations: [] },
  }),
  event({
    type: "response.output_text.delta",
    item_id: message.id,
    output_index: 0,
    content_index: 0,
    delta: "Looking ",
    logprobs: [],
  }),
  event({
    type: "response.output_text.delta",
    item_id: message.id,
    output_index: 0,
    content_index: 0,
    delta: "it up.",
    logprobs: [],
  }),
  event({
    type: "response.output_text.done",
    item_id: message.id,
    output_index: 0,
    content_index: 0,
    text: "Looking it up.",
    logprobs: [],
  }),
  event({
    type: "response.content_part.done",
    item_id: message.id,
    output_index: 0,
    content_index: 0,
    part: message.content[0],
  }),
  event({ type: "response.output_item.done", output_index: 0, item: message }),
  event({ type: "response.completed", response: { ...response, output: [message], usage } }),
);

export const streamedReasoningAndToolCall: Recording = typedEvents(
  event({
    type: "response.created",
    response: { ...response, status: "in_progress", output: [], usage: null },
  }),
  event({
    type: "response.output_item.added",
    output_index: 0,
    item: { id: reasoning.id, type: "reasoning", summary: [] },
  }),
  event({
    type: "response.reasoning_summary_part.added",
    item_id: reasoning.id,
    output_index: 0,
    summary_index: 0,
    part: { type: "summary_text", text: "" },
  }),
  event({
    type: "response.reasoning_summary_text.delta",
    item_id: reasoning.id,
    output_index: 0,
    summary_index: 0,
    delta: "The user asks for the weather.",
  }),
  event({ type: "response.output_item.done", output_index: 0, item: reasoning }),
  event({
    type: "response.output_item.added",
    output_index: 1,
    item: { ...functionCall, status: "in_progress", arguments: "" },
  }),
  event({
    type: "response.function_call_arguments.delta",
    item_id: functionCall.id,
    output_index: 1,
    delta: '{"city":',
  }),
  event({
    type: "response.function_call_arguments.delta",
    item_id: functionCall.id,
    output_index: 1,
    delta: '"Paris"}',
  }),
  event({
    type: "response.function_call_arguments.done",
    item_id: functionCall.id,
    output_index: 1,
    name: "get_weather",
    arguments: '{"city":"Paris"}',
  }),
  event({ type: "response.output_item.done", output_index: 1, item: functionCall }),
  event({ type: "response.completed", response: { ...response, output: [reasoning, functionCall], usage } }),
);
