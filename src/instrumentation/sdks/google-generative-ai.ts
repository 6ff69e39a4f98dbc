// @google/generative-ai, and Vertex's SDK of the same shape: the model knows what its requests do not say.
import { asRecord, type ReadRecord } from "../../openinference/read-value.ts";
import { exported, hasMethods, memberAt } from "../member-path.ts";
import type { CallReading, CallRow, SdkRow } from "../sdk-row.ts";

const SETTINGS = [
  "model",
  "systemInstruction",
  "tools",
  "toolConfig",
  "generationConfig",
  "safetySettings",
  "cachedContent",
] as const;

/** What a model or a chat was made with. */
function settingsOf(holder: unknown): ReadRecord {
  const settings: Record<string, unknown> = {};
  for (const name of SETTINGS) {
    const value = memberAt(holder, name);
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

const contentOf = (request: unknown): unknown => {
  if (typeof request === "string") return { role: "user", parts: [{ text: request }] };
  if (!Array.isArray(request)) return request;
  const parts = request.map((part: unknown) => (typeof part === "string" ? { text: part } : part));
  return { role: "user", parts };
};

/** A request, a text, or parts, with the settings of the model. */
function readGenerate(self: unknown, [request]: readonly unknown[]): CallReading {
  const asked = asRecord(request);
  const whole = asked !== undefined && "contents" in asked ? asked : { contents: [contentOf(request)] };
  return { request: { ...settingsOf(self), ...whole } };
}

/** What is said next, behind what was said before. */
function readChat(self: unknown, [request]: readonly unknown[]): CallReading {
  const history = memberAt(self, "_history") ?? memberAt(self, "historyInternal");
  const contents = [...(Array.isArray(history) ? (history as unknown[]) : []), contentOf(request)];
  return { request: { ...settingsOf(self), ...settingsOf(memberAt(self, "params")), contents } };
}

/** Texts of one or several embeddings, as the readers know them. */
function readEmbed(self: unknown, [request]: readonly unknown[]): CallReading {
  const several = asRecord(request)?.["requests"];
  const contents = Array.isArray(several)
    ? several.map((each: unknown) => asRecord(each)?.["content"])
    : [asRecord(request)?.["content"] ?? contentOf(request)];
  return { request: { model: memberAt(self, "model"), contents } };
}

const calls: readonly CallRow[] = [
  { path: "generateContent", kind: "LLM", name: "Google Generate Content", read: readGenerate },
  { path: "generateContentStream", kind: "LLM", name: "Google Generate Content Stream", read: readGenerate },
  { path: "sendMessage", kind: "LLM", name: "Google Generate Content", read: readChat },
  { path: "sendMessageStream", kind: "LLM", name: "Google Generate Content Stream", read: readChat },
  { path: "embedContent", kind: "EMBEDDING", name: "Google Embed Content", read: readEmbed },
  { path: "batchEmbedContents", kind: "EMBEDDING", name: "Google Embed Content", read: readEmbed },
];

export const googleGenerativeAi: SdkRow = {
  sdk: "@google/generative-ai",
  versions: "0.24",
  provider: () => "google",
  isClient: (value) =>
    hasMethods(value, "getGenerativeModel") ||
    hasMethods(value, "generateContent", "startChat") ||
    hasMethods(value, "sendMessage", "sendMessageStream", "getHistory"),
  prototypes: (exports) => [
    ["", memberAt(exported(exports, "GenerativeModel"), "prototype")],
    ["", memberAt(exported(exports, "ChatSession"), "prototype")],
  ],
  calls,
  gives: ["getGenerativeModel", "getGenerativeModelFromCachedContent", "startChat"],
};
