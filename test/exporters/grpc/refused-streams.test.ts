// Streams that a server says it never looked at: a connection that goes, and one that is full.
import { createServer, type ServerHttp2Stream } from "node:http2";
import { connect, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { GrpcSender } from "../../../src/exporters/grpc/grpc-sender.ts";
import { encodeSpans } from "../encode-spans.ts";
import { listenOnOwnPort } from "../../support/own-ports.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const listen = (server: Server | ReturnType<typeof createServer>): Promise<number> => {
  closers.push(() => server.close());
  return listenOnOwnPort(server);
};

const frame = (type: number, payload = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head[3] = type;
  return Buffer.concat([head, payload]);
};
const SETTINGS = frame(4);
/** The last stream that was looked at is 0: none was. */
const goaway = (code: number): Buffer => {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(code, 4);
  return frame(7, payload);
};

/** Whether HEADERS are among the frames behind a client's preface. */
const hasCall = (read: Buffer): boolean => {
  for (let at = 24; at + 9 <= read.byteLength; at += 9 + read.readUIntBE(at, 3)) {
    if (read[at + 3] === 1) return true;
  }
  return false;
};

/** A gRPC server behind a door that says GOAWAY to the first connections, as soon as something is called there. */
const startServer = async (
  refused: number,
  code: number,
): Promise<{ sender: GrpcSender; connections: () => number }> => {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.resume().end(Buffer.alloc(5));
  });
  const behind = await listen(server);
  let connections = 0;
  const door = createTcpServer((socket: Socket) => {
    socket.on("error", () => undefined);
    if (++connections > refused) {
      const on = connect(behind, "127.0.0.1");
      on.on("error", () => undefined);
      closers.push(() => on.destroy());
      socket.pipe(on).pipe(socket);
      return;
    }
    socket.write(SETTINGS);
    let read = Buffer.alloc(0);
    socket.on("data", (part: Buffer) => {
      read = Buffer.concat([read, part]);
      if (hasCall(read)) socket.end(goaway(code));
    });
  });
  const sender = new GrpcSender({ url: `http://127.0.0.1:${await listen(door)}` });
  closers.push(() => sender.close());
  return { sender, connections: () => connections };
};

test.each([
  ["goes", 0],
  ["asks for calm", 11],
])(
  "a call that a server refused unseen, as it %s, goes again at once on another connection",
  async (_, code) => {
    for (const refused of [1, 2]) {
      const { sender, connections } = await startServer(refused, code);
      expect(await sender.send(encodeSpans(3), 5000)).toMatchObject({ kind: "grpc", code: 0 });
      expect(connections()).toBe(refused + 1);
    }
  },
);

test("a server that refuses every call is left alone until the next attempt", async () => {
  const { sender, connections } = await startServer(Infinity, 0);
  expect(await sender.send(encodeSpans(3), 5000)).toMatchObject({
    kind: "grpc",
    code: 14,
    details: "Stream refused by server",
  });
  expect(connections()).toBe(3);
});

test("a refused stream goes again on the same connection", async () => {
  const server = createServer();
  let calls = 0;
  let sessions = 0;
  server.on("session", () => sessions++);
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.on("error", () => undefined);
    if (++calls === 1) {
      stream.close(7);
      return;
    }
    stream.respond({ ":status": 200, "grpc-status": "0" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.resume().end(Buffer.alloc(5));
  });
  const sender = new GrpcSender({ url: `http://127.0.0.1:${await listen(server)}` });
  closers.push(() => sender.close());
  expect(await sender.send(encodeSpans(3), 5000)).toMatchObject({ kind: "grpc", code: 0 });
  expect([calls, sessions]).toEqual([2, 1]);
});
