// Lies in a folder whose node_modules have a copy of the API: as this program, or a package that is required, gets it.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { PHOENIX, ENDPOINT, REQUIRED } = process.env;
const { register, traceTool } = await import(pathToFileURL(PHOENIX).href);
register({ endpoint: ENDPOINT, protocol: "http/protobuf" });
const { trace } = REQUIRED
  ? createRequire(path.join(REQUIRED, "x.js"))("@opentelemetry/api")
  : await import("@opentelemetry/api");
const tool = traceTool(async () => trace.getTracer("own").startActiveSpan("own", (span) => span.end()), {
  name: "tool",
});
await tool();
