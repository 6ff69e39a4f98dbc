// ollama.
import { exported, hasMethods, memberAt } from "../member-path.ts";
import type { CallRow, SdkRow } from "../sdk-row.ts";

const calls: readonly CallRow[] = [
  { path: "chat", kind: "LLM", name: "Ollama Chat" },
  { path: "generate", kind: "LLM", name: "Ollama Generate" },
  { path: "embed", kind: "EMBEDDING", name: "Ollama Embed" },
  { path: "embeddings", kind: "EMBEDDING", name: "Ollama Embed" },
];

export const ollama: SdkRow = {
  sdk: "ollama",
  versions: "0.5 - 0.6",
  provider: () => "ollama",
  isClient: (value) => hasMethods(value, "chat", "generate", "embeddings", "pull"),
  prototypes: (exports) => [["", memberAt(exported(exports, "Ollama"), "prototype")]],
  calls,
};
