// OTLP over HTTP on connections that the owner hands in: reads POST /v1/traces, undoes its compression, and sends what
// the owner answers.
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { promisify } from "node:util";
import zlib from "node:zlib";

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);

/** The path that takes traces. */
const TRACES_PATH = "/v1/traces";

/** What came in. `fault` is the answer to a request that is no trace request; its body is not read. */
export interface HttpTraceRequest {
  /** Who sent it: `address:port`. */
  readonly peer: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The `content-encoding`, `"identity"` without one. */
  readonly encoding: string;
  /** Bytes of the body on the wire, compressed as it came. */
  readonly byteLength: number;
  /** The body after decompression; empty when there is a `fault`. */
  readonly body: Uint8Array;
  readonly fault?: HttpAnswer;
}

/** A response to send. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** Options of {@link HttpReceiver}. */
export interface HttpReceiverOptions {
  /** Most bytes of a body, on the wire and decompressed; more is answered with 413. Read at each request. */
  readonly maxBytes: () => number;
  /** Chooses the answer. */
  readonly answer: (request: HttpTraceRequest) => HttpAnswer | Promise<HttpAnswer>;
}

/** A plain-text answer, for people who read it in a terminal. */
export function textAnswer(status: number, text: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: `${text}\n` };
}

/** An HTTP server for traces. */
export class HttpReceiver {
  readonly #options: HttpReceiverOptions;
  readonly #server: http.Server;

  constructor(options: HttpReceiverOptions) {
    this.#options = options;
    this.#server = http.createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    // Exporters keep connections; closing idle ones early would race with their next request.
    this.#server.keepAliveTimeout = 120_000;
  }

  /** Serves a connection, plain or decrypted, until it closes. */
  serve(connection: Socket): void {
    this.#server.emit("connection", connection);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#options.answer(await this.#read(request));
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  async #read(request: IncomingMessage): Promise<HttpTraceRequest> {
    const chunks: Buffer[] = [];
    let byteLength = 0;
    const maxBytes = this.#options.maxBytes();
    for await (const chunk of request) {
      byteLength += (chunk as Buffer).length;
      // What is over the limit is read and dropped: cutting the upload would hide the 413 from the client.
      if (byteLength <= maxBytes) chunks.push(chunk as Buffer);
    }
    const read = {
      peer: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
      method: request.method ?? "",
      path: request.url ?? "",
      headers: joinHeaders(request),
      encoding: request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity",
      byteLength,
    };
    const fault = faultOf(request, read.encoding) ?? (byteLength > maxBytes ? tooLarge(maxBytes) : undefined);
    if (fault !== undefined) return { ...read, body: new Uint8Array(), fault };
    try {
      return { ...read, body: await decompress(Buffer.concat(chunks), read.encoding, maxBytes) };
    } catch (error) {
      return { ...read, body: new Uint8Array(), fault: decompressionFault(error, read.encoding, maxBytes) };
    }
  }
}

function faultOf(request: IncomingMessage, encoding: string): HttpAnswer | undefined {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== TRACES_PATH) {
    return textAnswer(404, `Nothing at ${path}. OTLP traces go to POST ${TRACES_PATH}.`);
  }
  if (request.method !== "POST") {
    return textAnswer(405, `${TRACES_PATH} takes POST, not ${request.method}.`, { allow: "POST" });
  }
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-protobuf") {
    return textAnswer(415, `Traces are read as application/x-protobuf, not ${type ?? "an unnamed type"}.`);
  }
  if (!["identity", "gzip", "deflate"].includes(encoding)) {
    return textAnswer(415, `Bodies are read as gzip, deflate or uncompressed, not ${encoding}.`);
  }
  return undefined;
}

function joinHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]),
  );
}

async function decompress(bytes: Buffer, encoding: string, maxOutputLength: number): Promise<Uint8Array> {
  const options = { maxOutputLength: Math.min(maxOutputLength, 2 ** 31) };
  if (encoding === "gzip") return gunzip(bytes, options);
  if (encoding === "deflate") return inflate(bytes, options);
  return bytes;
}

function decompressionFault(error: unknown, encoding: string, maxBytes: number): HttpAnswer {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ERR_BUFFER_TOO_LARGE"
    ? tooLarge(maxBytes)
    : textAnswer(400, `The body is not ${encoding}.`);
}

function tooLarge(maxBytes: number): HttpAnswer {
  return textAnswer(413, `The request is over the limit of ${maxBytes} bytes.`);
}
