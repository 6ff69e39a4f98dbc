// The SDKs that `autoInstrument` knows, by the names under which a list of them may name one.

/** The package of each name. LangGraph calls models through LangChain, so both names mean that. */
const PACKAGES = {
  openai: "openai",
  anthropic: "@anthropic-ai/sdk",
  "google-genai": "@google/genai",
  "google-generative-ai": "@google/generative-ai",
  bedrock: "@aws-sdk/client-bedrock-runtime",
  mistral: "@mistralai/mistralai",
  cohere: "cohere-ai",
  ollama: "ollama",
  groq: "groq-sdk",
  ai: "ai",
  langchain: "@langchain/core",
  langgraph: "@langchain/core",
  mcp: "@modelcontextprotocol/sdk",
  "openai-agents": "@openai/agents",
  "claude-agent-sdk": "@anthropic-ai/claude-agent-sdk",
  beeai: "beeai-framework",
} as const;

/** The package that makes an SDK what it is. */
export type SdkPackage = (typeof PACKAGES)[keyof typeof PACKAGES];

/** Every package, once. */
export const SDK_PACKAGES: readonly SdkPackage[] = [...new Set(Object.values(PACKAGES))];

/** The short names, for messages. */
export const SDK_NAMES: readonly string[] = Object.keys(PACKAGES);

const OTHER_NAMES: Readonly<Record<string, SdkPackage>> = {
  "@langchain/langgraph": "@langchain/core",
  "@openai/agents-openai": "@openai/agents",
};

/** The package that a short name or a package's name means, in any case. */
export function sdkPackage(name: string): SdkPackage | undefined {
  const plain = name.trim().toLowerCase();
  if (Object.hasOwn(PACKAGES, plain)) return PACKAGES[plain as keyof typeof PACKAGES];
  if (Object.hasOwn(OTHER_NAMES, plain)) return OTHER_NAMES[plain];
  return SDK_PACKAGES.find((each) => each === plain);
}
