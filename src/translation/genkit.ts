// Genkit: an action for every step, with its input and output as JSON.
import { SESSION_ID, TOOL_NAME } from "@arizeai/openinference-semantic-conventions";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import {
  asNumber,
  asRecord,
  asRecords,
  asText,
  asWord,
  type ReadRecord,
} from "../openinference/read-value.ts";
import type { LlmContent, LlmMessage } from "../openinference/llm/llm-description.ts";
import {
  mediaPart,
  messageOf,
  otherPart,
  textPart,
  toolCallPart,
} from "../openinference/llm/message-content.ts";
import { answerText, onlyText, textOrJson } from "./draft-value.ts";
import { callsOf } from "./gen-ai-messages.ts";
import { completeTokens, readTools, vendor } from "./gen-ai-values.ts";
import { unwrapped } from "./json-value.ts";
import { attribute, dropped } from "./rows.ts";
import type { SpanDraft } from "./span-draft.ts";
import type { ForeignSpan, RowReader, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    model: "LLM",
    "background-model": "LLM",
    tool: "TOOL",
    "tool.v2": "TOOL",
    embedder: "EMBEDDING",
    retriever: "RETRIEVER",
    reranker: "RERANKER",
    evaluator: "EVALUATOR",
    prompt: "PROMPT",
    "executable-prompt": "PROMPT",
    agent: "AGENT",
    flow: "CHAIN",
    util: "CHAIN",
    indexer: "CHAIN",
    custom: "CHAIN",
  }),
);

function kindOf({ attributes }: ForeignSpan): SpanKindValue | undefined {
  const subtype = asWord(attributes["genkit:metadata:subtype"]);
  const type = asWord(attributes["genkit:type"]);
  const kind = subtype === undefined ? undefined : KINDS.get(subtype);
  return kind ?? (type === undefined ? undefined : (KINDS.get(type) ?? "CHAIN"));
}

/** A tool's response is a message of the role `"tool"`, as the specification has it. */
function readMessage(message: ReadRecord): LlmMessage[] {
  const role = asText(message["role"]) ?? "user";
  const content: LlmContent[] = [];
  const responses: LlmMessage[] = [];
  for (const part of asRecords(message["content"])) {
    const response = asRecord(part["toolResponse"]);
    if (response === undefined) content.push(readPart(part));
    else {
      const output = response["output"];
      responses.push({
        role: "tool",
        name: asText(response["name"]),
        toolCallId: asText(response["ref"]),
        content: typeof output === "string" ? output : JSON.stringify(output ?? null),
      });
    }
  }
  const name = role === "model" ? "assistant" : role;
  return content.length === 0 ? responses : [messageOf(name, content), ...responses];
}

function readPart(part: ReadRecord): LlmContent {
  if (typeof part["text"] === "string") return textPart(part["text"]);
  if (typeof part["reasoning"] === "string") return { type: "reasoning", text: part["reasoning"] };
  const request = asRecord(part["toolRequest"]);
  if (request !== undefined) {
    return toolCallPart({
      id: asText(request["ref"]),
      name: asText(request["name"]),
      arguments: request["input"] ?? {},
    });
  }
  const media = asRecord(part["media"]);
  if (media !== undefined) {
    const url = asText(media["url"]);
    const type = asText(media["contentType"]) ?? /^data:([^;,]+)/.exec(url ?? "")?.[1] ?? "image/*";
    return mediaPart(media, url, type);
  }
  return otherPart(part, Object.keys(part)[0]);
}

const readInput: RowReader = (draft, value) => {
  const read = asRecord(unwrapped(value));
  if (draft.kind === "LLM" && Array.isArray(read?.["messages"])) {
    const messages = asRecords(read["messages"]).flatMap(readMessage);
    draft.inputMessages.push(...messages);
    draft.llm.tools ??= readTools(read["tools"]);
    Object.assign(draft.parameters, asRecord(read["config"]));
    const text = onlyText(messages);
    draft.input ??= text === undefined ? textOrJson(value) : { text, isJson: false };
    return true;
  }
  if (draft.kind === "EMBEDDING") readDocumentsIn(draft, read);
  if (draft.kind === "RERANKER")
    draft.inputDocuments.push(...asRecords(read?.["documents"]).map(readDocument));
  draft.input ??= textOrJson(readQuery(read) ?? value);
  return draft.input !== undefined;
};

const readQuery = (read: ReadRecord | undefined): string | undefined =>
  read === undefined ? undefined : textOfContent(asRecord(read["query"])?.["content"]);

const textOfContent = (content: unknown): string | undefined => {
  const texts = asRecords(content).flatMap((part) => asText(part["text"]) ?? []);
  return texts.length === 0 ? undefined : texts.join("");
};

const readDocument = (document: ReadRecord) => ({
  content: textOfContent(document["content"]),
  metadata: document["metadata"],
  score: asNumber(asRecord(document["metadata"])?.["score"]) ?? asNumber(document["score"]),
});

function readDocumentsIn(draft: SpanDraft, read: ReadRecord | undefined): void {
  for (const [index, document] of asRecords(read?.["input"]).entries()) {
    draft.embeddings[index] = { ...draft.embeddings[index], text: textOfContent(document["content"]) };
  }
}

const readOutput: RowReader = (draft, value) => {
  const read = asRecord(unwrapped(value));
  if (draft.kind === "LLM" && read !== undefined) return readAnswer(draft, read, value);
  if (draft.kind === "EMBEDDING") {
    for (const [index, { embedding }] of asRecords(read?.["embeddings"]).entries()) {
      const vector = Array.isArray(embedding) ? embedding.flatMap((number) => asNumber(number) ?? []) : [];
      if (vector.length > 0) draft.embeddings[index] = { ...draft.embeddings[index], vector };
    }
    if (draft.embeddings.some(({ vector }) => vector !== undefined)) return true;
  }
  if (draft.kind === "RETRIEVER" || draft.kind === "RERANKER") {
    draft.outputDocuments.push(...asRecords(read?.["documents"]).map(readDocument));
  }
  draft.output ??= textOrJson(value);
  return draft.output !== undefined;
};

function readAnswer(draft: SpanDraft, read: ReadRecord, value: unknown): boolean {
  const message = asRecord(read["message"]) ?? asRecord(asRecords(read["candidates"])[0]?.["message"]);
  const messages = message === undefined ? [] : readMessage(message);
  draft.outputMessages.push(...messages);
  draft.llm.finishReason ??= asWord(read["finishReason"]);
  const usage = asRecord(read["usage"]);
  draft.tokens.prompt ??= asNumber(usage?.["inputTokens"]);
  draft.tokens.completion ??= asNumber(usage?.["outputTokens"]);
  draft.tokens.total ??= asNumber(usage?.["totalTokens"]);
  draft.tokens.promptDetails ??= { cacheRead: asNumber(usage?.["cachedContentTokens"]) };
  draft.tokens.completionDetails ??= { reasoning: asNumber(usage?.["thoughtsTokens"]) };
  const text = answerText(messages);
  const calls = callsOf(messages);
  draft.output ??=
    text !== undefined ? { text, isJson: false } : textOrJson(calls.length > 0 ? calls : value);
  return messages.length > 0;
}

/** `googleai/gemini-2.5-flash`: who hosts the model, and the model. */
const actionName: RowReader = (draft, value) => {
  const name = asWord(value);
  if (name === undefined) return false;
  if (draft.kind === "TOOL") draft.attributes[TOOL_NAME] ??= name;
  if (draft.kind === "LLM") {
    const [host, ...model] = name.split("/");
    if (model.length > 0) vendor(draft, host === "googleai" ? "google" : host, "");
    draft.llm.requestModel ??= model.length > 0 ? model.join("/") : name;
  }
  return draft.kind === "TOOL" || draft.kind === "LLM";
};

export const genkit: Vocabulary = {
  kind: kindOf,
  rows: [
    ["genkit:name", actionName],
    ["genkit:input", readInput],
    ["genkit:output", readOutput],
    ["genkit:sessionId", attribute(SESSION_ID)],
    ["genkit:metadata:subtype", (draft) => draft.kind !== undefined],
    ["genkit:type", (draft) => draft.kind !== undefined],
    ["genkit:isRoot", dropped],
  ],
  finish: completeTokens,
};
