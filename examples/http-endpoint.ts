// An HTTP endpoint given in code: a path that ends in /v1/traces says HTTP, and so does any port but
// the gRPC one.
import { register, traceChain } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:6006/v1/traces";

register({ endpoint });

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
