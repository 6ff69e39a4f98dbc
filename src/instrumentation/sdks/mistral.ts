// @mistralai/mistralai: its resources are made by getters, when they are first asked for.
import { exported, hasMethods, memberAt } from "../member-path.ts";
import { splitPath } from "../member-path.ts";
import type { CallRow, Exports, SdkRow } from "../sdk-row.ts";

const calls: readonly CallRow[] = [
  { path: "chat.complete", kind: "LLM", name: "Mistral Chat" },
  { path: "chat.stream", kind: "LLM", name: "Mistral Chat Stream" },
  { path: "chat.parse", kind: "LLM", name: "Mistral Chat" },
  { path: "chat.parseStream", kind: "LLM", name: "Mistral Chat Stream" },
  { path: "agents.complete", kind: "LLM", name: "Mistral Agents" },
  { path: "agents.stream", kind: "LLM", name: "Mistral Agents Stream" },
  { path: "fim.complete", kind: "LLM", name: "Mistral FIM" },
  { path: "fim.stream", kind: "LLM", name: "Mistral FIM Stream" },
  { path: "embeddings.create", kind: "EMBEDDING", name: "Mistral Embeddings" },
  { path: "audio.transcriptions.complete", kind: "LLM", name: "Mistral Transcriptions" },
  { path: "audio.transcriptions.stream", kind: "LLM", name: "Mistral Transcriptions Stream" },
];

/** Its module exports none of the resources' classes: a client that is never used has an instance of each. */
function prototypes(exports: Exports): [path: string, prototype: unknown][] {
  const Client = exported(exports, "Mistral") as new (options: object) => object;
  const client = new Client({ apiKey: "unused" });
  const paths = new Set(calls.map(({ path }) => splitPath(path).holder));
  return [...paths].map((path) => [path, prototypeOf(memberAt(client, path))]);
}

const prototypeOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;

export const mistral: SdkRow = {
  sdk: "@mistralai/mistralai",
  versions: "1 - 2",
  provider: () => "mistralai",
  isClient: (value) => hasMethods(value, "chat.complete", "chat.stream", "embeddings.create"),
  prototypes,
  calls,
};
