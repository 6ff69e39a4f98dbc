// A gRPC endpoint on another port than 4317: nothing in the address says gRPC, so the protocol is named.
import { register, traceChain } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:5317";

register({ endpoint, protocol: "grpc" });

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
