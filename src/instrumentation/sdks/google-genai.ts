// @google/genai: the methods below its helpers, which make a call to the model each.
import { exported, hasMethods, memberAt } from "../member-path.ts";
import type { CallRow, SdkRow } from "../sdk-row.ts";

const calls: readonly CallRow[] = [
  // Chats, automatic function calling and continuation call these, as often as they ask the model.
  { path: "models.generateContentInternal", kind: "LLM", name: "Google GenAI Generate Content" },
  { path: "models.generateContentStreamInternal", kind: "LLM", name: "Google GenAI Generate Content Stream" },
  { path: "models.embedContentInternal", kind: "EMBEDDING", name: "Google GenAI Embed Content" },
  { path: "models.embedContent", kind: "EMBEDDING", name: "Google GenAI Embed Content" },
  { path: "models.generateImagesInternal", kind: "LLM", name: "Google GenAI Generate Images" },
  { path: "models.editImageInternal", kind: "LLM", name: "Google GenAI Edit Image" },
  { path: "models.upscaleImageInternal", kind: "LLM", name: "Google GenAI Upscale Image" },
];

export const googleGenAi: SdkRow = {
  sdk: "@google/genai",
  versions: "0.15 - 3",
  provider: () => "google",
  isClient: (value) => hasMethods(value, "models.generateContent", "chats.create"),
  prototypes: (exports) => [["models", memberAt(exported(exports, "Models"), "prototype")]],
  calls,
};
