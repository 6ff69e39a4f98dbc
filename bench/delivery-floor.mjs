// The least that delivering can cost: our encoder and one write per request of 512 KiB to a bare socket. No queue, no
// HTTP client, no deadline, and nothing that notices a fault: what is above it is the price of delivering.
import net from "node:net";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const ENCODER = path.join(root, "node_modules/.cache/phoenix-otel-bench/encoder.mjs");
const REQUEST_BYTES = 512 * 1024;

/** Makes a module of the encoder, which the package does not export. To be called before the first run. */
export function buildEncoder() {
  buildSync({
    stdin: {
      contents: `export * from "./src/otlp/encode-span.ts"; export * from "./src/otlp/join-request.ts";`,
      resolveDir: root,
    },
    outfile: ENCODER,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["@opentelemetry/*"],
  });
}

/** A span processor that encodes spans and writes them to the server at `url`. */
export async function floorProcessor(url) {
  const { createRequestJoiner, encodeSpan, releaseSpan } = await import(pathToFileURL(ENCODER));
  const { port, hostname, host } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  const join = createRequestJoiner();
  const spares = [];
  const underWay = [];
  let spans = [];
  let bytes = 0;
  let drained = () => undefined;
  socket.on("data", (answers) => {
    // Several answers may come at once.
    for (const _ of answers.toString("latin1").matchAll(/^HTTP\/1\.1 /gm)) spares.push(underWay.shift());
    if (underWay.length === 0) drained();
  });
  const send = () => {
    const request = join(spans, spares.pop());
    spans.forEach(releaseSpan);
    spans = [];
    bytes = 0;
    underWay.push(request);
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${request.byteLength}\r\n\r\n`,
    );
    socket.write(request);
  };
  const flush = async () => {
    if (spans.length > 0) send();
    if (underWay.length > 0) await new Promise((resolve) => (drained = resolve));
  };
  return {
    onStart() {},
    onEnd(span) {
      const encoded = encodeSpan(span);
      spans.push(encoded);
      bytes += encoded.byteLength;
      if (bytes >= REQUEST_BYTES) send();
    },
    forceFlush: flush,
    async shutdown() {
      await flush();
      socket.destroy();
    },
  };
}
