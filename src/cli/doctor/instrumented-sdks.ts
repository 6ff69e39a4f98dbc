// Instrumentations, the SDK that each traces, and the versions of it that it knows.
import { foreignSdks } from "../../instrumentation/foreign/foreign-sdks.ts";

/** One row. */
export interface InstrumentedSdk {
  readonly instrumentation: string;
  readonly sdk: string;
  /** The versions it knows. */
  readonly known: RegExp;
}

const openInference = (name: string, sdk: string, known: RegExp): InstrumentedSdk => ({
  instrumentation: `@arizeai/openinference-instrumentation-${name}`,
  sdk,
  known,
});

/** Those that programs with an LLM use. */
export const INSTRUMENTED_SDKS: readonly InstrumentedSdk[] = [
  ...foreignSdks,
  openInference("openai", "openai", /^[4-7]\./),
  openInference("anthropic", "@anthropic-ai/sdk", /^[01]\./),
  openInference("langchain-v0", "@langchain/core", /^0\.[123]\./),
  openInference("bedrock", "@aws-sdk/client-bedrock-runtime", /^3\./),
  openInference("bedrock-agent-runtime", "@aws-sdk/client-bedrock-agent-runtime", /^3\./),
  { instrumentation: "@opentelemetry/instrumentation-openai", sdk: "openai", known: /^[4-7]\./ },
  { instrumentation: "@traceloop/instrumentation-openai", sdk: "openai", known: /^[4-7]\./ },
  { instrumentation: "@traceloop/instrumentation-anthropic", sdk: "@anthropic-ai/sdk", known: /^0\./ },
];
