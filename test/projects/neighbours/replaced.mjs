// node replaced.mjs <import or require>: Datadog's tracer puts its provider in the place of the SDK's, then register().
import { createRequire } from "node:module";
import { memory } from "./memory.mjs";

process.env.DD_TRACE_OTEL_ENABLED = "true";
const load = process.argv[2] === "require" ? createRequire(import.meta.url) : (name) => import(name);
const datadog = await load("dd-trace");
(datadog.default ?? datadog).init();
const { register } = await load("phoenix-otel");
const provider = register({ projectName: "support-bot" });
provider.addSpanProcessor(memory, { replaceDefault: false });
const { run } = await import("./application.mjs");
await run();
