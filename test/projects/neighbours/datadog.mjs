import tracer from "dd-trace";
import { BatchSpanProcessor } from "phoenix-otel";

tracer.init();
const provider = new tracer.TracerProvider();
provider.addSpanProcessor(new BatchSpanProcessor({ projectName: "support-bot" }));
provider.register();
