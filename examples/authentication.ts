// Authentication. Without any option the key comes from PHOENIX_API_KEY. Where keys rotate, a function
// is asked before every request, so a new key needs no restart.
import { readFile } from "node:fs/promises";
import { register, traceChain } from "phoenix-otel";

const keyFile = process.env["EXAMPLE_KEY_FILE"];

if (keyFile === undefined) {
  register(); // PHOENIX_API_KEY
} else {
  register({ apiKey: async () => (await readFile(keyFile, "utf8")).trim() });
}

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
