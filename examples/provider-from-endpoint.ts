// A provider from an endpoint: it makes its own processor, takes protocol and path from the endpoint,
// and touches nothing global.
import { TracerProvider } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:6006";

const provider = new TracerProvider({ endpoint });
const tracer = provider.getTracer("example");

// Its tracers have a method for every kind of step beside OpenTelemetry's own.
const greet = tracer.chain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");

await provider.shutdown();
