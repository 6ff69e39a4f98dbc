import { initializeOTEL } from "langsmith/experimental/otel/setup";
import { register } from "phoenix-otel";

const provider = register({ projectName: "support-bot" });
const { DEFAULT_LANGSMITH_SPAN_PROCESSOR } = initializeOTEL({ globalTracerProvider: provider });
provider.addSpanProcessor(DEFAULT_LANGSMITH_SPAN_PROCESSOR, { replaceDefault: false });
