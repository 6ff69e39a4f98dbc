// Who answers at a URL: `llm.provider` of clients that are pointed at many servers.

const HOSTS: readonly (readonly [host: RegExp, provider: string])[] = [
  [/(^|\.)openai\.azure\.com$|\.(cognitiveservices|services\.ai)\.azure\.com$|\.azure-api\.net$/, "azure"],
  [/(^|\.)openai\.com$/, "openai"],
  [/(^|\.)anthropic\.com$/, "anthropic"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)groq\.com$/, "groq"],
  [/(^|\.)x\.ai$/, "xai"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)mistral\.ai$/, "mistralai"],
  [/(^|\.)cohere\.(ai|com)$/, "cohere"],
  [/(^|\.)perplexity\.ai$/, "perplexity"],
  [/(^|\.)together\.(ai|xyz)$/, "together"],
  [/(^|\.)fireworks\.ai$/, "fireworks"],
  [/(^|\.)cerebras\.ai$/, "cerebras"],
  [/(^|\.)moonshot\.(ai|cn)$/, "moonshot"],
  [/(^|\.)googleapis\.com$/, "google"],
  [/(^|\.)amazonaws\.com$/, "aws"],
];

/** Gives the provider at a URL, as far as its host tells; Ollama is told by its port on this machine. */
export function hostProvider(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  const known = HOSTS.find(([host]) => host.test(hostname))?.[1];
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return known ?? (isHere && port === "11434" ? "ollama" : undefined);
}
