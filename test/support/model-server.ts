// A loopback server in place of the models: it speaks each provider's wire format, by path, whole and streamed, and its faults.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { awsFrames } from "./aws-event-stream.ts";
import { listenOnOwnPort } from "./own-ports.ts";

/** What it does to a request in place of answering it: a 429, an answer that breaks off, one that stands still, none. */
export type Fault = "limit" | "break" | "stall" | "hang";

/** One request that was asked. */
interface Asked {
  readonly path: string;
  readonly body: Body;
}

type Body = Readonly<Record<string, unknown>>;

export interface ModelServer {
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: readonly Asked[];
  /** Holds for all requests until it is taken back. */
  fault: Fault | undefined;
  close(): Promise<void>;
}

/** What every model says. */
export const SAID = "Three kilos.";
/** The tokens of every answer. */
export const TOKENS = { prompt: 12, completion: 5 };
/** What every model embeds every text as. */
export const VECTOR = [0.25, 0.5];

/** An answer: one body, or pieces of a stream, of which a broken one sends the first. */
type Answer =
  | { readonly json: unknown }
  | { readonly bytes: Buffer; readonly type: string }
  | { readonly pieces: readonly (string | Buffer)[]; readonly type: string };

const { prompt, completion } = TOKENS;
const total = prompt + completion;
const PARTS = ["Three ", "kilos."];

const sse = (...events: readonly unknown[]): Answer => ({
  type: "text/event-stream",
  pieces: events.map((data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`),
});
const named = (...events: readonly (Body & { readonly type: string })[]): Answer => ({
  type: "text/event-stream",
  pieces: events.map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`),
});
const lines = (...values: readonly unknown[]): Answer => ({
  type: "application/x-ndjson",
  pieces: values.map((value) => `${JSON.stringify(value)}\n`),
});
const frames = (...events: readonly Body[]): Answer => ({
  type: "application/vnd.amazon.eventstream",
  pieces: events.map((event) => awsFrames(event)),
});

/** Whether a tool is to be called first: tools are offered, and no result of one is there. */
const asksForTool = (body: Body): boolean => {
  const text = JSON.stringify(body["messages"] ?? body["contents"] ?? body["input"] ?? "");
  return "tools" in body && !/"role":"tool"|tool_result|functionResponse|function_call_output/.test(text);
};

const CALL = { id: "t1", type: "function", function: { name: "weigh", arguments: '{"what":"cod"}' } };

function openAiChat(body: Body): Answer {
  const { model = "model-of-agent" } = body;
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total };
  const isCall = asksForTool(body);
  const reason = isCall ? "tool_calls" : "stop";
  const base = { id: "c1", created: 1, model };
  if (body["stream"] !== true) {
    const message = isCall
      ? { role: "assistant", content: null, refusal: null, tool_calls: [CALL] }
      : {
          role: "assistant",
          content: body["response_format"] === undefined ? SAID : '{"kilos":3}',
          refusal: null,
        };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: reason }];
    return { json: { ...base, object: "chat.completion", choices, usage } };
  }
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...base,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason }],
    ...(finish_reason !== null && { usage }),
  });
  const deltas = isCall
    ? [chunk({ role: "assistant", content: null, tool_calls: [{ ...CALL, index: 0 }] })]
    : PARTS.map((content) => chunk({ role: "assistant", content }));
  return sse(...deltas, chunk({}, reason), "[DONE]");
}

function openAiResponses(body: Body): Answer {
  const part = { type: "output_text", text: SAID, annotations: [] };
  const item = { id: "m1", type: "message", role: "assistant", status: "completed", content: [part] };
  const response = {
    id: "r1",
    object: "response",
    created_at: 1,
    model: body["model"],
    status: "completed",
    output: [item],
    parallel_tool_calls: true,
    tools: [],
    usage: {
      input_tokens: prompt,
      output_tokens: completion,
      total_tokens: total,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  };
  if (body["stream"] !== true) return { json: response };
  const begun = { ...response, status: "in_progress", output: [], usage: null };
  const at = { item_id: "m1", output_index: 0, content_index: 0 };
  return named(
    { type: "response.created", response: begun },
    { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
    { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
    ...PARTS.map((delta) => ({ type: "response.output_text.delta", ...at, delta })),
    { type: "response.output_text.done", ...at, text: SAID },
    { type: "response.content_part.done", ...at, part },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  );
}

function openAiCompletions(body: Body): Answer {
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total };
  const base = { id: "c1", object: "text_completion", created: 1, model: body["model"] };
  const choice = (text: string, finish_reason: string | null): object => ({
    text,
    index: 0,
    logprobs: null,
    finish_reason,
  });
  if (body["stream"] !== true) return { json: { ...base, choices: [choice(SAID, "stop")], usage } };
  return sse(
    ...PARTS.map((text) => ({ ...base, choices: [choice(text, null)] })),
    { ...base, choices: [choice("", "stop")], usage },
    "[DONE]",
  );
}

function openAiEmbeddings(body: Body): Answer {
  const texts = [body["input"]].flat();
  const base64 = Buffer.from(new Float32Array(VECTOR).buffer).toString("base64");
  const embedding = body["encoding_format"] === "base64" ? base64 : VECTOR;
  const data = texts.map((_text, index) => ({ object: "embedding", index, embedding }));
  const usage = { prompt_tokens: prompt, completion_tokens: 0, total_tokens: prompt };
  return { json: { id: "e1", object: "list", data, model: body["model"], usage } };
}

const PIXEL = "iVBORw0KGgo=";

function openAiImages(): Answer {
  const usage = { input_tokens: prompt, output_tokens: completion, total_tokens: total };
  return { json: { created: 1, data: [{ b64_json: PIXEL }], usage } };
}

function anthropic(body: Body): Answer {
  const isCall = asksForTool(body);
  const usage = { input_tokens: prompt, output_tokens: completion };
  const message = {
    id: "m1",
    type: "message",
    role: "assistant",
    model: body["model"],
    content: [] as unknown[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const stop_reason = isCall ? "tool_use" : "end_turn";
  const content = isCall
    ? { type: "tool_use", id: "t1", name: "weigh", input: { what: "cod" } }
    : { type: "text", text: SAID };
  if (body["stream"] !== true) return { json: { ...message, content: [content], stop_reason, usage } };
  const empty = isCall ? { ...content, input: {} } : { ...content, text: "" };
  const deltas = isCall
    ? [{ type: "input_json_delta", partial_json: '{"what":"cod"}' }]
    : PARTS.map((text) => ({ type: "text_delta", text }));
  return named(
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: empty },
    ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: completion },
    },
    { type: "message_stop" },
  );
}

function google(body: Body, path: string): Answer {
  const usageMetadata = {
    promptTokenCount: prompt,
    candidatesTokenCount: completion,
    totalTokenCount: total,
  };
  const answer = (part: object, finishReason?: string): object => ({
    candidates: [
      {
        content: { role: "model", parts: [part] },
        index: 0,
        ...(finishReason !== undefined && { finishReason }),
      },
    ],
    modelVersion: "gemini-x-1",
    ...(finishReason !== undefined && { usageMetadata }),
  });
  if (path.includes(":streamGenerateContent")) {
    return sse(answer({ text: PARTS[0] }), answer({ text: PARTS[1] }, "STOP"));
  }
  const call = { functionCall: { name: "weigh", args: { what: "cod" } } };
  return { json: answer(asksForTool(body) ? call : { text: SAID }, "STOP") };
}

const googleEmbeddings = (body: Body, path: string): Answer => {
  const embedding = { values: VECTOR };
  if (!path.includes("batch")) return { json: { embedding } };
  return { json: { embeddings: (body["requests"] as unknown[]).map(() => embedding) } };
};

function bedrock(body: Body, path: string): Answer {
  const usage = { inputTokens: prompt, outputTokens: completion, totalTokens: total };
  const delta = (text: string): Body => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text } } });
  if (path.endsWith("/converse-stream")) {
    return frames(
      { messageStart: { role: "assistant" } },
      ...PARTS.map(delta),
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: "end_turn" } },
      { metadata: { usage, metrics: { latencyMs: 1 } } },
    );
  }
  if (path.endsWith("/converse")) {
    const message = { role: "assistant", content: [{ text: SAID }] };
    return { json: { output: { message }, stopReason: "end_turn", usage, metrics: { latencyMs: 1 } } };
  }
  if (path.includes("embed")) return { json: { embedding: VECTOR, inputTextTokenCount: prompt } };
  if (path.includes("rerank")) return { json: { results: [{ index: 1, relevance_score: 0.75 }] } };
  const whole = anthropic({ model: "claude-x", stream: path.endsWith("stream") });
  if (!("pieces" in whole)) return whole;
  const events = whole.pieces.map((piece) => String(piece).split("data: ")[1]?.trim() ?? "");
  return frames(...events.map((event) => ({ chunk: { bytes: Buffer.from(event).toString("base64") } })));
}

function cohereV2(body: Body): Answer {
  const usage = { tokens: { input_tokens: prompt, output_tokens: completion } };
  if (body["stream"] !== true) {
    const message = { role: "assistant", content: [{ type: "text", text: SAID }] };
    return { json: { id: "c1", message, finish_reason: "COMPLETE", usage } };
  }
  return named(
    {
      type: "message-start",
      id: "c1",
      delta: { message: { role: "assistant", content: [], tool_calls: [] } },
    },
    { type: "content-start", index: 0, delta: { message: { content: { type: "text", text: "" } } } },
    ...PARTS.map((text) => ({ type: "content-delta", index: 0, delta: { message: { content: { text } } } })),
    { type: "content-end", index: 0 },
    { type: "message-end", delta: { finish_reason: "COMPLETE", usage } },
  );
}

function cohereV1(body: Body): Answer {
  const meta = {
    tokens: {
      inputTokens: prompt,
      outputTokens: completion,
      input_tokens: prompt,
      output_tokens: completion,
    },
  };
  const response = { text: SAID, generation_id: "g1", finish_reason: "COMPLETE", meta };
  if (body["stream"] !== true) return { json: response };
  return lines(
    { event_type: "stream-start", generation_id: "g1", is_finished: false },
    ...PARTS.map((text) => ({ event_type: "text-generation", text, is_finished: false })),
    { event_type: "stream-end", is_finished: true, finish_reason: "COMPLETE", response },
  );
}

const cohereEmbed = (body: Body, path: string): Answer => {
  const vectors = (body["texts"] as unknown[]).map(() => VECTOR);
  const meta = { billed_units: { input_tokens: prompt } };
  return path.includes("/v2/")
    ? { json: { id: "e1", embeddings: { float: vectors }, texts: body["texts"], meta } }
    : {
        json: {
          response_type: "embeddings_floats",
          id: "e1",
          embeddings: vectors,
          texts: body["texts"],
          meta,
        },
      };
};

const cohereRerank = (): Answer => ({
  json: {
    id: "r1",
    results: [
      { index: 1, relevance_score: 0.75 },
      { index: 0, relevance_score: 0.5 },
    ],
  },
});

function ollama(body: Body, path: string): Answer {
  const base = { model: body["model"], created_at: "2026-01-01T00:00:00Z" };
  const isChat = path.endsWith("/chat");
  const piece = (text: string): object =>
    isChat ? { message: { role: "assistant", content: text } } : { response: text };
  const end = { done: true, done_reason: "stop", prompt_eval_count: prompt, eval_count: completion };
  if (body["stream"] !== true) return { json: { ...base, ...piece(SAID), ...end } };
  return lines(...PARTS.map((text) => ({ ...base, ...piece(text), done: false })), {
    ...base,
    ...piece(""),
    ...end,
  });
}

const ollamaEmbed = (body: Body): Answer => ({
  json: {
    model: body["model"],
    embeddings: [body["input"]].flat().map(() => VECTOR),
    embedding: VECTOR,
    prompt_eval_count: prompt,
  },
});

const ROUTES: readonly (readonly [path: RegExp, answer: (body: Body, path: string) => Answer])[] = [
  [/\/cohere\/v1\/chat$/, cohereV1],
  [/\/cohere\/v2\/chat$/, cohereV2],
  [/\/cohere\/v\d\/embed$/, cohereEmbed],
  [/\/cohere\/v\d\/rerank$/, cohereRerank],
  [/\/(chat|fim|agents)\/completions/, openAiChat],
  [/\/responses$/, openAiResponses],
  [/\/completions$/, openAiCompletions],
  [/\/v1\/embeddings$/, openAiEmbeddings],
  [/\/images\//, openAiImages],
  [/\/audio\/speech$/, () => ({ bytes: Buffer.from([0, 255, 1, 254]), type: "audio/mpeg" })],
  [/\/audio\/(transcriptions|translations)$/, () => ({ json: { text: SAID } })],
  [/\/messages(\?|$)/, anthropic],
  [/\/model\//, bedrock],
  [/:(batch)?[eE]mbedContents?/, googleEmbeddings],
  [/:(stream)?[gG]enerateContent/, google],
  [/\/api\/embed(dings)?$/, ollamaEmbed],
  [/\/api\/(chat|generate)$/, ollama],
];

/** Starts the server on a free port of the loopback interface. */
export async function startModelServer(): Promise<ModelServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const path = request.url ?? "";
      asked.push({ path, body });
      const answer = ROUTES.find(([route]) => route.test(path))?.[1](body, path);
      respond(response, answer, model.fault);
    });
  });
  const port = await listenOnOwnPort(server);
  const model: ModelServer = {
    url: `http://127.0.0.1:${port}`,
    asked,
    fault: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return model;
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  // Files come as forms, which nobody here reads.
  return text.startsWith("{") ? (JSON.parse(text) as Body) : {};
}

function respond(response: ServerResponse, answer: Answer | undefined, fault: Fault | undefined): void {
  const json = { "content-type": "application/json", "x-request-id": "req_1" };
  if (answer === undefined) {
    response.writeHead(404, json).end('{"error":{"message":"nothing here","type":"not_found"}}');
  } else if (fault === "limit") {
    response.writeHead(429, json);
    response.end(
      '{"type":"error","error":{"message":"too many","type":"rate_limit_error","code":429},"message":"too many"}',
    );
  } else if (fault === "hang") {
    // Whoever asked has to end it.
  } else if ("pieces" in answer) {
    response.writeHead(200, { "content-type": answer.type, "x-request-id": "req_1" });
    const pieces = fault === undefined ? answer.pieces : answer.pieces.slice(0, -2);
    for (const piece of pieces) response.write(piece);
    if (fault === undefined) response.end();
    else if (fault === "break") response.write("", () => response.destroy());
  } else if (fault === undefined) {
    response.writeHead(200, "json" in answer ? json : { "content-type": answer.type });
    response.end("json" in answer ? JSON.stringify(answer.json) : answer.bytes);
  } else if (fault === "break") {
    response.writeHead(200, { ...json, "content-length": "1000" });
    response.write("{", () => response.destroy());
  }
}
