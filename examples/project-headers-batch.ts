// Project, headers and batching given in code. `batch: false` sends every span as soon as it ends:
// good while developing, slower for the program under load.
import { register, traceChain } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:6006";

register({
  endpoint,
  projectName: "support-bot",
  headers: { "x-team": "search" },
  batch: false,
});

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
