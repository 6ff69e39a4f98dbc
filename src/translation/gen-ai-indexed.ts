// The GenAI conventions' older ways: an attribute for every message's part, JSON in `gen_ai.prompt`, and events with messages.
import type { Attributes } from "@opentelemetry/api";
import { asList, asNumber, asRecord, asText, asWord } from "../openinference/read-value.ts";
import type { LlmMessage, LlmTool } from "../openinference/llm/llm-description.ts";
import { readMessage as readChatMessage } from "../openinference/llm/openai-chat/openai-chat.ts";
import { readMessageList } from "../openinference/llm/message-list.ts";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { answerText, onlyText, textOrJson } from "./draft-value.ts";
import { callsOf } from "./gen-ai-messages.ts";
import { completeTokens, totalTokens } from "./gen-ai-values.ts";
import { unwrapped } from "./json-value.ts";
import { dropped, onKinds, parameter } from "./rows.ts";
import { bare, type IndexedPart, type SpanDraft } from "./span-draft.ts";
import type { ForeignSpan, Row, RowReader, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    chat: "LLM",
    completion: "LLM",
    embedding: "EMBEDDING",
    rerank: "RERANKER",
  }),
);

const INDEXED = /^gen_ai\.(?:prompt|completion)\.\d+\./;

function kindOf({ attributes }: ForeignSpan): SpanKindValue | undefined {
  const type = asWord(attributes["llm.request.type"])?.toLowerCase();
  if (type !== undefined) return KINDS.get(type);
  return Object.keys(attributes).some((key) => INDEXED.test(key)) ||
    attributes["gen_ai.prompt"] !== undefined ||
    attributes["gen_ai.completion"] !== undefined
    ? "LLM"
    : undefined;
}

/** Puts `0.tool_calls.1.name` where it belongs. */
const indexed =
  (list: keyof SpanDraft["indexed"]): RowReader =>
  (draft, value, rest) => {
    if (value === undefined) return false;
    const path = rest.split(".");
    // A key of another make, as `completion.0.logprobs.token`, would only be in the way.
    if (path.length < 2 || path.length > 5 || !/^\d+$/.test(path[0] ?? "")) return false;
    // OpenInference's own `llm.prompts.0.prompt.text`, which is no message.
    if (path[1] === "prompt" || path[1] === "completion") return false;
    let at = draft.indexed[list];
    for (const step of path.slice(0, -1)) {
      const next = (at[step] ??= bare());
      if (typeof next !== "object" || next === null) return false;
      at = next as IndexedPart;
    }
    at[path.at(-1) ?? ""] = value;
    return true;
  };

/** Parts by number, in order. */
const inOrder = (parts: IndexedPart | undefined): IndexedPart[] =>
  Object.entries(parts ?? {})
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .flatMap(([, part]) => (typeof part === "object" && part !== null ? [part as IndexedPart] : []));

/** OpenLLMetry writes parts of a message as JSON in its content. */
function messageOf(part: IndexedPart): LlmMessage {
  const content = unwrapped(part["content"]);
  return readChatMessage({
    role: part["role"],
    content: Array.isArray(content) ? content : asText(part["content"]),
    reasoning_content: part["reasoning"],
    tool_call_id: part["tool_call_id"],
    tool_calls: inOrder(part["tool_calls"] as IndexedPart | undefined).map((call) => ({
      id: call["id"],
      function: { name: call["name"], arguments: call["arguments"] },
    })),
    function_call: asRecord(part["function_call"]),
  });
}

const toolOf = (part: IndexedPart): LlmTool => {
  const name = asText(part["name"]);
  const description = asText(part["description"]);
  const parameters = unwrapped(part["parameters"] ?? part["input_schema"]);
  return { name, description, jsonSchema: { type: "function", function: { name, description, parameters } } };
};

/** JSON, or text, of a whole prompt. */
const wholePrompt: RowReader = (draft, value) => {
  const read = unwrapped(value);
  const list = asRecord(read)?.["messages"] ?? read;
  // LangChain's models take several conversations at once.
  const messages = readMessageList(Array.isArray(list) ? list.flat() : list);
  if (messages !== undefined) draft.inputMessages.push(...messages);
  else if (typeof read === "string" && draft.kind === "LLM")
    draft.inputMessages.push({ role: "user", content: read });
  draft.input ??= textOrJson(value);
  return draft.input !== undefined;
};

/** The messages of a whole answer: OpenAI's choices, LangChain's generations, or the message itself. */
function answersIn(read: unknown): unknown[] {
  const record = asRecord(read);
  const held = asList(record?.["choices"] ?? record?.["generations"])
    .flat()
    .flatMap((each) => asRecord(each)?.["message"] ?? []);
  if (held.length > 0) return held;
  return Array.isArray(record?.["messages"]) ? record["messages"] : [record?.["message"] ?? read];
}

const wholeCompletion: RowReader = (draft, value) => {
  const read = unwrapped(value);
  const messages = readMessageList(Array.isArray(read) ? read : answersIn(read));
  if (messages !== undefined) draft.outputMessages.push(...messages);
  else if (typeof read === "string" && draft.kind === "LLM") {
    draft.outputMessages.push({ role: "assistant", content: read });
  }
  draft.output ??= textOrJson(value);
  return draft.output !== undefined;
};

const ROWS: readonly Row[] = [
  ["gen_ai.prompt", wholePrompt],
  ["gen_ai.completion", wholeCompletion],
  ["gen_ai.prompt.*", indexed("prompt")],
  ["gen_ai.completion.*", indexed("completion")],
  ["llm.request.functions.*", indexed("functions")],
  ["llm.usage.total_tokens", totalTokens],
  ["llm.frequency_penalty", onKinds(["LLM"], parameter("frequency_penalty"))],
  ["llm.presence_penalty", onKinds(["LLM"], parameter("presence_penalty"))],
  ["llm.top_k", onKinds(["LLM"], parameter("top_k"))],
  ["llm.chat.stop_sequences", onKinds(["LLM"], parameter("stop_sequences"))],
  ["llm.is_streaming", dropped],
  ["llm.request.type", (draft) => draft.kind !== undefined],
];

/** Events of conventions before 1.36, each with one message; some hold it as JSON in one attribute. */
const EVENT_ROLES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
  }),
);

/** Places of choices that are believed: an event may say any number. */
const CHOICES: ReadonlySet<number> = new Set(Array.from({ length: 128 }, (_none, index) => index));

function readEvent(draft: SpanDraft, name: string, attributes: Attributes): boolean {
  if (name === "gen_ai.content.prompt") return wholePrompt(draft, attributes["gen_ai.prompt"], "");
  if (name === "gen_ai.content.completion") {
    return wholeCompletion(draft, attributes["gen_ai.completion"], "");
  }
  const role = EVENT_ROLES.get(name);
  if (role === undefined && name !== "gen_ai.choice") return false;
  const message = eventMessage(attributes, role ?? "assistant");
  if (role === undefined) {
    const index = asNumber(attributes["index"]);
    if (index !== undefined && CHOICES.has(index)) draft.outputMessages[index] = message;
    else draft.outputMessages.push(message);
    draft.llm.finishReason ??= asWord(attributes["finish_reason"]);
  } else draft.inputMessages.push(message);
  return true;
}

function eventMessage(attributes: Attributes, role: string): LlmMessage {
  const body = asRecord(unwrapped(attributes["body"] ?? attributes["event_body"] ?? attributes["message"]));
  const held = asRecord(body?.["message"]) ?? body ?? attributes;
  const content = unwrapped(held["content"]);
  return readChatMessage({
    role: asWord(held["role"]) ?? role,
    content: Array.isArray(content) ? content : asText(held["content"]),
    name: held["name"],
    tool_call_id: role === "tool" ? (held["id"] ?? held["tool_call_id"]) : undefined,
    tool_calls: unwrapped(held["tool_calls"]),
  });
}

function finish(draft: SpanDraft): void {
  const { prompt, completion, functions } = draft.indexed;
  draft.inputMessages.push(...inOrder(prompt).map(messageOf));
  const completions = inOrder(completion);
  draft.outputMessages.push(...completions.map(messageOf));
  draft.llm.finishReason ??= completions.map((part) => asWord(part["finish_reason"])).find(Boolean);
  const tools = inOrder(functions).map(toolOf);
  if (tools.length > 0) draft.llm.tools ??= tools;
  const { inputMessages, outputMessages } = draft;
  if (inputMessages.length > 0) {
    const text = onlyText(inputMessages);
    draft.input ??= text === undefined ? textOrJson(inputMessages) : { text, isJson: false };
  }
  const answer = outputMessages.filter(Boolean);
  outputMessages.splice(0, Infinity, ...answer);
  const text = answerText(answer);
  const calls = callsOf(answer);
  if (text !== undefined) draft.output ??= { text, isJson: false };
  else if (calls.length > 0) draft.output ??= { text: JSON.stringify(calls), isJson: true };
  completeTokens(draft);
}

export const genAiIndexed: Vocabulary = {
  kind: kindOf,
  rows: ROWS,
  readEvent,
  finish,
};
