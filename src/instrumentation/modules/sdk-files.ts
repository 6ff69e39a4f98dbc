// The packages whose files are looked for as they load, and which of them besides the main one.
import type { SdkPackage } from "../../config/sdk-names.ts";

/** What is looked for of one package. */
export interface SdkFilesRow {
  readonly sdk: SdkPackage;
  /** Files besides what the package's name leads to. */
  readonly others?: RegExp;
}

/** `openai/client` and its like: the class without what the main file adds. */
const CLIENT = /^(dist\/|esm\/)?client\.[cm]?js$/;

/** By the package's own name. */
export const SDK_FILES: Readonly<Record<string, SdkFilesRow>> = {
  openai: { sdk: "openai", others: CLIENT },
  "@anthropic-ai/sdk": { sdk: "@anthropic-ai/sdk", others: CLIENT },
  "@google/genai": { sdk: "@google/genai", others: /^dist\/(node|web)\/index\.[cm]?js$/ },
  "@google/generative-ai": { sdk: "@google/generative-ai" },
  "@aws-sdk/client-bedrock-runtime": { sdk: "@aws-sdk/client-bedrock-runtime" },
  "@mistralai/mistralai": { sdk: "@mistralai/mistralai", others: /^(esm\/)?sdk\/sdk\.js$/ },
  "cohere-ai": { sdk: "cohere-ai" },
  ollama: { sdk: "ollama", others: /^dist\/browser\.[cm]?js$/ },
  "groq-sdk": { sdk: "groq-sdk", others: CLIENT },
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
