// Instrumentations, the SDK that each traces, and the versions of it that it knows.

/** One row. */
export interface InstrumentedSdk {
  readonly instrumentation: string;
  readonly sdk: string;
  /** The versions it knows. */
  readonly majors: RegExp;
}

const openInference = (name: string, sdk: string, majors: RegExp): InstrumentedSdk => ({
  instrumentation: `@arizeai/openinference-instrumentation-${name}`,
  sdk,
  majors,
});

/** Those that programs with an LLM use. */
export const INSTRUMENTED_SDKS: readonly InstrumentedSdk[] = [
  openInference("openai", "openai", /^[4-7]\./),
  openInference("anthropic", "@anthropic-ai/sdk", /^[01]\./),
  openInference("langchain", "@langchain/core", /^(0\.[23]|1)\./),
  openInference("langchain-v0", "@langchain/core", /^0\.[123]\./),
  openInference("bedrock", "@aws-sdk/client-bedrock-runtime", /^3\./),
  openInference("bedrock-agent-runtime", "@aws-sdk/client-bedrock-agent-runtime", /^3\./),
  openInference("mcp", "@modelcontextprotocol/sdk", /^1\./),
  openInference("beeai", "beeai-framework", /^0\.1\./),
  openInference("claude-agent-sdk", "@anthropic-ai/claude-agent-sdk", /^0\./),
  openInference("openai-agents", "@openai/agents", /^0\./),
  { instrumentation: "@opentelemetry/instrumentation-openai", sdk: "openai", majors: /^[4-7]\./ },
  { instrumentation: "@traceloop/instrumentation-openai", sdk: "openai", majors: /^[4-7]\./ },
  { instrumentation: "@traceloop/instrumentation-anthropic", sdk: "@anthropic-ai/sdk", majors: /^0\./ },
];
