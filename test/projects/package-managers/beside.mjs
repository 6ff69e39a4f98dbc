// A program with an instrumentation and the API of a line of OpenTelemetry's.
import { trace } from "@opentelemetry/api";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { once } from "node:events";
import { createRequire } from "node:module";
import { register, traceTool } from "phoenix-otel";

register({ instrumentations: [new HttpInstrumentation({ disableIncomingRequestInstrumentation: true })] });

const http = createRequire(import.meta.url)("node:http");
const server = http.createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
await once(server, "listening");

const tool = traceTool(
  async () =>
    trace.getTracer("program").startActiveSpan("plain", async (span) => {
      const [response] = await once(http.get({ port: server.address().port, host: "127.0.0.1" }), "response");
      await once(response.resume(), "end");
      span.end();
    }),
  { name: "tool" },
);
await tool();
server.close();
