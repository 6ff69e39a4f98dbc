// Servers that do one thing to every request, for a table of all that can come of one.
import { createServer as createHttp, type ServerResponse } from "node:http";
import { createServer as createHttp2, type ServerHttp2Stream } from "node:http2";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp, type Server, type Socket } from "node:net";
import { createServer as createTls, type TlsOptions } from "node:tls";
import { listenOnOwnPort } from "../support/own-ports.ts";

/** Where it listens, and how to end it. */
export interface OneAnswerServer {
  readonly url: string;
  readonly close: () => void;
}

/** Starts a server. */
export type Start = () => Promise<OneAnswerServer>;

const listen = async (server: Server, scheme = "http"): Promise<OneAnswerServer> => {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("tlsClientError", () => undefined);
  const port = await listenOnOwnPort(server);
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** HTTP/1, once the request is there. */
export const http =
  (serve: (response: ServerResponse) => void, tls?: TlsOptions): Start =>
  () => {
    const onRequest = (
      request: { resume(): unknown; on(name: "end", run: () => void): unknown },
      response: ServerResponse,
    ): void => {
      request.on("end", () => serve(response));
      request.resume();
    };
    return tls === undefined ? listen(createHttp(onRequest)) : listen(createHttps(tls, onRequest), "https");
  };

/** HTTP/1 that answers as soon as it has seen the head of the request. */
export const early =
  (serve: (response: ServerResponse) => void): Start =>
  () =>
    listen(createHttp((_, response) => serve(response)));

/** The same, and reads the rest at its leisure: an answer is no reason to stop. */
export const slow =
  (serve: (response: ServerResponse) => void): Start =>
  () =>
    listen(
      createHttp((request, response) => {
        serve(response);
        request.on("error", () => undefined);
        request.on("data", () => {
          request.pause();
          setTimeout(() => request.resume(), 2);
        });
      }),
    );

/** An HTTP/1 answer of a status, a body and headers. */
export const status =
  (code: number, body: string | Uint8Array = "", headers: Record<string, string> = {}): Start =>
  () =>
    http((response) => response.writeHead(code, headers).end(body))();

/** HTTP/2, call by call. */
export const http2 =
  (serve: (stream: ServerHttp2Stream) => void): Start =>
  () => {
    const server = createHttp2();
    server.on("session", (session) => session.on("error", () => undefined));
    server.on("stream", (stream) => {
      stream.on("error", () => undefined);
      serve(stream);
    });
    return listen(server);
  };

/** A gRPC status as trailers alone. */
export const grpc = (code: number, message = "", more: Record<string, string> = {}): Start =>
  http2((stream) => {
    stream.respond(
      {
        ":status": 200,
        "content-type": "application/grpc",
        "grpc-status": String(code),
        "grpc-message": encodeURIComponent(message),
        ...more,
      },
      { endStream: true },
    );
  });

/** A gRPC message, and status 0 behind it. */
export const message = (bytes: Uint8Array, packing?: string): Start =>
  http2((stream) => {
    const encoding = packing === undefined ? {} : { "grpc-encoding": packing };
    stream.respond(
      { ":status": 200, "content-type": "application/grpc", ...encoding },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    const prefix = Buffer.alloc(5);
    prefix[0] = packing === undefined ? 0 : 1;
    prefix.writeUInt32BE(bytes.byteLength, 1);
    stream.end(Buffer.concat([prefix, bytes]));
  });

/** Bytes as they are, once a request has begun. */
export const raw =
  (answer: (socket: Socket) => void): Start =>
  () =>
    listen(createTcp((socket) => socket.once("data", () => answer(socket))));

/** The same at once, and nothing of the request is read: a paused socket of Node reads on while its end is being written. */
export const deaf =
  (answer: (socket: Socket) => void): Start =>
  () =>
    listen(createTcp({ pauseOnConnect: true }, answer));

/** TLS, and nothing behind it. */
export const tls =
  (options: TlsOptions): Start =>
  () =>
    listen(
      createTls(options, (socket) => {
        socket.on("error", () => undefined);
        socket.resume();
      }),
      "https",
    );

/** A port where nothing listens any more. */
export const nobody: Start = async () => {
  const server = await listen(createTcp());
  server.close();
  return server;
};

/** The same server, taken for one of another scheme. */
export const as =
  (scheme: "http" | "https", start: Start): Start =>
  async () => {
    const server = await start();
    return { ...server, url: server.url.replace(/^https?/, scheme) };
  };
