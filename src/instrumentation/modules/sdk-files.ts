// The packages whose files are looked for as they load, and which of them besides the main one.
import type { SdkPackage } from "../../config/sdk-names.ts";

/** What is looked for of one package. */
export interface SdkFilesRow {
  readonly sdk: SdkPackage;
  /** Files besides what the package's name leads to. */
  readonly others?: RegExp;
  /** Whether we trace its clients ourselves. */
  readonly hasClients?: true;
}

/** `openai/client` and its like: the class without what the main file adds. */
const CLIENT = /^(dist\/|esm\/)?client\.[cm]?js$/;

/** By the package's own name. */
export const SDK_FILES: Readonly<Record<string, SdkFilesRow>> = {
  openai: { sdk: "openai", hasClients: true, others: CLIENT },
  "@anthropic-ai/sdk": { sdk: "@anthropic-ai/sdk", hasClients: true, others: CLIENT },
  "@google/genai": { sdk: "@google/genai", hasClients: true, others: /^dist\/(node|web)\/index\.[cm]?js$/ },
  "@google/generative-ai": { sdk: "@google/generative-ai", hasClients: true },
  "@aws-sdk/client-bedrock-runtime": { sdk: "@aws-sdk/client-bedrock-runtime", hasClients: true },
  "@mistralai/mistralai": { sdk: "@mistralai/mistralai", hasClients: true, others: /^(esm\/)?sdk\/sdk\.js$/ },
  "cohere-ai": { sdk: "cohere-ai", hasClients: true },
  ollama: { sdk: "ollama", hasClients: true, others: /^dist\/browser\.[cm]?js$/ },
  "groq-sdk": { sdk: "groq-sdk", hasClients: true, others: CLIENT },
  ai: { sdk: "ai" },
  "@langchain/core": {
    sdk: "@langchain/core",
    others: /^dist\/(callbacks\/manager|language_models\/(chat_models|llms))\.c?js$/,
  },
  "@modelcontextprotocol/sdk": {
    sdk: "@modelcontextprotocol/sdk",
    others: /^dist\/((cjs|esm)\/)?(client|server)\/(sse|stdio|streamableHttp)\.js$/,
  },
  "@openai/agents": { sdk: "@openai/agents" },
  "@openai/agents-openai": { sdk: "@openai/agents" },
  "@anthropic-ai/claude-agent-sdk": { sdk: "@anthropic-ai/claude-agent-sdk" },
  "beeai-framework": { sdk: "beeai-framework" },
};
