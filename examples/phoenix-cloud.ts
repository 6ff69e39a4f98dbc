// Phoenix Cloud: the address of your space and an API key of it. Both are better kept out of the code:
//
//   PHOENIX_COLLECTOR_ENDPOINT=https://app.phoenix.arize.com/s/my-space
//   PHOENIX_API_KEY=…
//
// Cloud takes HTTP; the address says so, and nothing else has to.
import { register, traceChain } from "phoenix-otel";

const endpoint = process.env["PHOENIX_COLLECTOR_ENDPOINT"] ?? "https://app.phoenix.arize.com/s/my-space";

register({ endpoint, projectName: "support-bot" }); // the key comes from PHOENIX_API_KEY

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
