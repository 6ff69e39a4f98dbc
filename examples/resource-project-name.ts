// A resource with PROJECT_NAME: the project is a resource attribute, so it can come with the rest of
// what describes the service.
import { resourceFromAttributes } from "@opentelemetry/resources";
import { PROJECT_NAME, TracerProvider } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:6006";

const resource = resourceFromAttributes({
  [PROJECT_NAME]: "catalogue",
  "service.name": "catalogue-api",
  "service.version": "2.4.0",
});
const provider = new TracerProvider({ endpoint, resource });

provider.getTracer("example").startSpan("greet").end();

await provider.shutdown();
