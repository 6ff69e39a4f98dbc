// A loopback server that answers the real SDKs with recorded answers of the providers, whole or as server-sent events.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listenOnOwnPort } from "./own-ports.ts";

/** One server-sent event: its data as JSON, or as it is when it is text; OpenAI Chat and Google name no events. */
interface RecordedEvent {
  readonly event?: string;
  readonly data: unknown;
}

/** One recorded answer. */
export type Recording =
  | { readonly json: unknown }
  | { readonly events: readonly RecordedEvent[] }
  /** JSON in lines, as Ollama streams. */
  | { readonly lines: readonly unknown[] }
  | { readonly bytes: Uint8Array; readonly type: string };

interface LlmRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface LlmServer {
  readonly url: string;
  /** What was asked, in order. */
  readonly requests: readonly LlmRequest[];
  /** Answers the next requests, one each, and forgets answers not asked for; a request without an answer gets a 500. */
  reply(...recordings: readonly Recording[]): void;
  close(): Promise<void>;
}

/** Gives the events of an API that names each after its `type`: Anthropic, and OpenAI Responses. */
export const typedEvents = (
  ...events: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[]
): Recording => ({
  events: events.map((data) => ({ event: data.type, data })),
});

/** Gives the events of OpenAI Chat Completions: unnamed, closed by `[DONE]`. */
export const chatEvents = (...chunks: readonly unknown[]): Recording => ({
  events: [...chunks.map((data) => ({ data })), { data: "[DONE]" }],
});

/** Starts the server on a free port of the loopback interface. */
export async function startLlmServer(): Promise<LlmServer> {
  const requests: LlmRequest[] = [];
  const queue: Recording[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      requests.push({ path: request.url ?? "", body });
      send(response, queue.shift());
    });
  });
  const port = await listenOnOwnPort(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    reply: (...recordings) => void queue.splice(0, queue.length, ...recordings),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, recording: Recording | undefined): void {
  if (recording === undefined) {
    response.writeHead(500, { "content-type": "application/json" });
    response.end('{"error":{"message":"no recording for this request","type":"server_error"}}');
  } else if ("json" in recording) {
    response.writeHead(200, { "content-type": "application/json", "x-request-id": "req_recorded" });
    response.end(JSON.stringify(recording.json));
  } else if ("lines" in recording) {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    for (const line of recording.lines) response.write(`${JSON.stringify(line)}\n`);
    response.end();
  } else if ("bytes" in recording) {
    response.writeHead(200, { "content-type": recording.type });
    response.end(recording.bytes);
  } else {
    response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "req_recorded" });
    for (const { event, data } of recording.events) {
      if (event !== undefined) response.write(`event: ${event}\n`);
      response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
    }
    response.end();
  }
}
