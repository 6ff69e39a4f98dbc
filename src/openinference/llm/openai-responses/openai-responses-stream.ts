// The events of a Responses stream, made into a response.
import type { LlmFold } from "../llm-shape.ts";
import { asNumber, asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

/** One output item as far as it has come; its texts are kept joined, by part. */
interface ItemDraft {
  item: ReadRecord;
  done: boolean;
  readonly parts: Map<number, { type: string; text: string }>;
  summary: string;
  input: string;
}

/** Events whose delta is text of a message, with the type of part it belongs to. */
const TEXT_DELTAS: Readonly<Record<string, string>> = {
  "response.output_text.delta": "output_text",
  "response.refusal.delta": "refusal",
};

/** Events whose response is not finished. */
const BEGINNINGS = new Set(["response.created", "response.in_progress", "response.queued"]);

const SUMMARY_DELTAS = new Set(["response.reasoning_summary_text.delta", "response.reasoning_text.delta"]);

const INPUT_DELTAS = new Set([
  "response.function_call_arguments.delta",
  "response.custom_tool_call_input.delta",
  "response.mcp_call_arguments.delta",
  "response.code_interpreter_call_code.delta",
]);

export function isResponsesChunk(value: ReadRecord): boolean {
  return asText(value["type"])?.startsWith("response.") === true;
}

export function createResponsesFold(): LlmFold {
  let response: ReadRecord = {};
  let isFinal = false;
  let finalText: string | undefined;
  const items = new Map<number | string, ItemDraft>();

  const itemAt = (event: ReadRecord): ItemDraft => {
    // Servers that give no index give ids.
    const id = asText(event["item_id"]) ?? asText(asRecord(event["item"])?.["id"]);
    const at = asNumber(event["output_index"]) ?? id ?? 0;
    let draft = items.get(at);
    if (draft === undefined) {
      items.set(at, (draft = { item: {}, done: false, parts: new Map(), summary: "", input: "" }));
    }
    return draft;
  };

  return {
    add(event) {
      const type = asText(event["type"]) ?? "";
      const whole = asRecord(event["response"]);
      if (whole !== undefined) {
        response = whole;
        isFinal = !BEGINNINGS.has(type);
        // The last event brings the whole response: what was put together until then is not needed any more.
        if (isFinal) {
          items.clear();
          finalText = textOf(whole);
        }
      } else if (type === "response.output_item.added" || type === "response.output_item.done") {
        const draft = itemAt(event);
        draft.item = asRecord(event["item"]) ?? {};
        draft.done = type === "response.output_item.done";
      } else {
        addDelta(itemAt, type, event);
      }
    },
    text() {
      if (isFinal) return finalText;
      let text = "";
      for (const { parts } of items.values()) for (const part of parts.values()) text += part.text;
      return text || undefined;
    },
    hasOutput: () => items.size > 0 || (isFinal && asRecords(response["output"]).length > 0),
    isNext: (event) => isFinal && BEGINNINGS.has(asText(event["type"]) ?? ""),
    result: () =>
      isFinal
        ? { ...response, object: "response", output: response["output"] ?? [] }
        : {
            ...response,
            object: "response",
            output: [...items].toSorted(byIndex).map(([, draft]) => finishedItem(draft)),
          },
  };
}

/** Items without an index stay in the order in which they came. */
const byIndex = (
  [a]: readonly [number | string, unknown],
  [b]: readonly [number | string, unknown],
): number => (typeof a === "number" && typeof b === "number" ? a - b : 0);

/** The text and refusals of a whole response's messages. */
function textOf(response: ReadRecord): string | undefined {
  const parts = asRecords(response["output"]).flatMap((item) => asRecords(item["content"]));
  const texts = parts.map((part) =>
    part["type"] === "output_text" ? part["text"] : part["type"] === "refusal" ? part["refusal"] : "",
  );
  return texts.map((text) => asText(text) ?? "").join("") || undefined;
}

function addDelta(itemAt: (event: ReadRecord) => ItemDraft, type: string, event: ReadRecord): void {
  const delta = asText(event["delta"]);
  if (delta === undefined) return;
  const partType = TEXT_DELTAS[type];
  if (partType !== undefined) {
    const { parts } = itemAt(event);
    const index = asNumber(event["content_index"]) ?? 0;
    const part = parts.get(index);
    if (part === undefined) parts.set(index, { type: partType, text: delta });
    else part.text += delta;
  } else if (SUMMARY_DELTAS.has(type)) {
    itemAt(event).summary += delta;
  } else if (INPUT_DELTAS.has(type)) {
    itemAt(event).input += delta;
  }
}

/** A stream cut short has items that were added and not done: their deltas stand in for what was to come. */
function finishedItem({ item, done, parts, summary, input }: ItemDraft): ReadRecord {
  if (done) return item;
  if (parts.size > 0) {
    const content = [...parts].toSorted(([a], [b]) => a - b).map(([, part]) => readablePart(part));
    return { ...item, type: "message", role: "assistant", content };
  }
  if (summary !== "")
    return { ...item, type: "reasoning", summary: [{ type: "summary_text", text: summary }] };
  return input === "" ? item : { ...item, arguments: input };
}

const readablePart = ({ type, text }: { type: string; text: string }): ReadRecord =>
  type === "refusal" ? { type, refusal: text } : { type, text };
