// A batch processor added after construction. By default it takes the place of the processor that the
// provider made for itself; with `replaceDefault: false` the spans go both ways.
import { BatchSpanProcessor, TracerProvider } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:6006";
const second = process.env["EXAMPLE_SECOND_ENDPOINT"] ?? "http://staging.internal:6006";

const provider = new TracerProvider({ endpoint });
provider.addSpanProcessor(new BatchSpanProcessor({ endpoint: second }), { replaceDefault: false });

provider.getTracer("example").startSpan("greet").end();

await provider.shutdown();
