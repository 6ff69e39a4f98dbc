// groq-sdk.
import { classNames } from "../../capture/class-names.ts";
import { hasMethods } from "../member-path.ts";
import type { CallRow, SdkRow } from "../sdk-row.ts";
import { readSound, stainlessPrototypes } from "./stainless.ts";

const calls: readonly CallRow[] = [
  { path: "chat.completions.create", kind: "LLM", name: "Groq Chat Completions" },
  { path: "embeddings.create", kind: "EMBEDDING", name: "Groq Embeddings" },
  { path: "audio.speech.create", kind: "LLM", name: "Groq Speech", read: readSound },
  { path: "audio.transcriptions.create", kind: "LLM", name: "Groq Transcriptions", read: readSound },
  { path: "audio.translations.create", kind: "LLM", name: "Groq Translations", read: readSound },
];

export const groq: SdkRow = {
  sdk: "groq-sdk",
  versions: "0.9 - 1",
  provider: () => "groq",
  isClient: (value) => classNames(value).has("Groq") && hasMethods(value, "chat.completions.create"),
  prototypes: (exports) => stainlessPrototypes(exports, ["Groq", "default"], calls),
  calls,
  gives: ["withOptions"],
};
