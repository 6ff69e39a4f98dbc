// Compiled by install.test.ts against the installed package, under every module resolution.
import {
  BatchSpanProcessor,
  HTTPSpanExporter,
  register,
  resolveConfig,
  type TracerProvider,
} from "phoenix-otel";
import { isOpenInferenceSpan, OpenInferenceBatchSpanProcessor } from "phoenix-otel/vercel";

const provider: TracerProvider = register({ projectName: "typed", protocol: "grpc", global: false });
provider.addSpanProcessor(
  new BatchSpanProcessor(new HTTPSpanExporter({ endpoint: "http://localhost:6006" })),
);

provider.addSpanProcessor(
  new OpenInferenceBatchSpanProcessor({ exporter: new HTTPSpanExporter(), spanFilter: isOpenInferenceSpan }),
);

export const url: string = resolveConfig().target.value.url;

// @ts-expect-error a protocol is "grpc", "http/protobuf" or "infer"
register({ protocol: "http" });
