// Register with nothing set: spans go to Phoenix on this machine, by gRPC (port 4317), or by HTTP
// (port 6006) where gRPC cannot be reached.
import { register, traceChain } from "phoenix-otel";

register();

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
