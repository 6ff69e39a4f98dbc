// A receiver in a process of its own: OTLP over HTTP and gRPC, as cheap as can be, that counts spans.
import { createServer as createHttpServer } from "node:http";
import { createServer as createGrpcServer } from "node:http2";

let spans = 0;

/** Calls `visit` with the contents of every field `wanted` of a protobuf message. */
function eachField(message, wanted, visit) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = message[at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 2) {
      const length = varint();
      if (at + length > message.length) throw new Error("a field ends behind its message");
      if (tag >>> 3 === wanted) visit(message.subarray(at, at + length));
      at += length;
    } else if (wireType === 0) varint();
    else at += wireType === 1 ? 8 : 4;
  }
}

/** `ExportTraceServiceRequest.resource_spans` (1) > `ResourceSpans.scope_spans` (2) > `ScopeSpans.spans` (2). */
function count(request) {
  eachField(request, 1, (resource) => eachField(resource, 2, (scope) => eachField(scope, 2, () => spans++)));
}

const whole = (stream, done) => {
  const parts = [];
  stream.on("data", (part) => parts.push(part));
  stream.on("end", () => done(Buffer.concat(parts)));
  stream.on("error", () => undefined);
};

const http = createHttpServer((request, response) =>
  whole(request, (body) => {
    count(body);
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  }),
);
http.keepAliveTimeout = 60_000;

const grpc = createGrpcServer({ settings: { initialWindowSize: 4 * 1024 * 1024 } });
grpc.on("session", (session) => session.setLocalWindowSize(16 * 1024 * 1024));
grpc.on("stream", (stream) =>
  whole(stream, (body) => {
    if (body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5)
      throw new Error("not one plain gRPC message");
    count(body.subarray(5));
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.alloc(5));
  }),
);

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
await Promise.all([listen(http), listen(grpc)]);

process.on("message", () => {
  process.send({ spans });
  spans = 0;
});
process.on("disconnect", () => process.exit());
process.send({
  "http/protobuf": `http://127.0.0.1:${http.address().port}`,
  grpc: `http://127.0.0.1:${grpc.address().port}`,
});
