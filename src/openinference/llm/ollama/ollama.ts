// Ollama's own API: chat and generate, whose chunks have the shape of a whole answer.
import type { LlmMessage, LlmTokenCount } from "../llm-description.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmFold, LlmShape } from "../llm-shape.ts";
import { mediaUrl } from "../media.ts";
import { messageOf, textPart } from "../message-content.ts";
import { makerOf } from "../model-vendor.ts";
import { readMessage as readChatMessage } from "../openai-chat/openai-chat.ts";
import {
  asList,
  asNumber,
  asRecord,
  asRecords,
  asText,
  asWord,
  sum,
  type ReadRecord,
} from "../../read-value.ts";

export const ollama: LlmShape = {
  request(value) {
    const model = asText(value["model"]);
    if (model === undefined || !isRequest(value)) return undefined;
    return {
      model,
      provider: "ollama",
      system: makerOf(model),
      get inputMessages() {
        return Array.isArray(value["messages"])
          ? asRecords(value["messages"]).map(readMessage)
          : readPrompt(value);
      },
      get tools() {
        return asRecords(value["tools"]).map((tool) => {
          const defined = asRecord(tool["function"]);
          const [name, description] = [asText(defined?.["name"]), asText(defined?.["description"])];
          return { name, description, jsonSchema: tool };
        });
      },
      get invocationParameters() {
        return invocationParameters(value, ["messages", "prompt", "system", "images", "tools", "context"]);
      },
    };
  },
  response(value) {
    if (!isAnswer(value)) return undefined;
    const model = asWord(value["model"]);
    return {
      model,
      provider: "ollama",
      system: makerOf(model),
      get outputMessages() {
        return [readMessage(messageOfAnswer(value))];
      },
      finishReason: asWord(value["done_reason"]),
      tokenCount: readUsage(value),
    };
  },
  isChunk: isAnswer,
  createFold: createOllamaFold,
};

/** Members that OpenAI's requests, with `model` and `messages` too, do not have. */
const OWN_MEMBERS = ["options", "keep_alive", "think", "raw", "template"];

function isRequest(value: ReadRecord): boolean {
  const hasMessages = Array.isArray(value["messages"]);
  if (!hasMessages && typeof value["prompt"] !== "string") return false;
  if (OWN_MEMBERS.some((member) => member in value)) return true;
  return hasMessages && asRecords(value["messages"]).some((message) => Array.isArray(message["images"]));
}

function isAnswer(value: ReadRecord): boolean {
  if (typeof value["done"] !== "boolean") return false;
  return asRecord(value["message"]) !== undefined || typeof value["response"] === "string";
}

/** `generate` gives its text and thoughts at the top. */
const messageOfAnswer = (answer: ReadRecord): ReadRecord =>
  asRecord(answer["message"]) ?? {
    role: "assistant",
    content: answer["response"],
    thinking: answer["thinking"],
  };

/** Images stand beside the text, as base64 or bytes. */
function readMessage(message: ReadRecord): LlmMessage {
  const images = asList(message["images"]).flatMap((image) => {
    const url = mediaUrl(image);
    return url === undefined ? [] : [{ type: "image_url", image_url: url }];
  });
  const text = asText(message["content"]);
  const content = images.length === 0 ? text : [{ type: "text", text }, ...images];
  const { images: _images, ...rest } = message;
  return {
    ...readChatMessage({ ...rest, content, reasoning_content: message["thinking"] }),
    name: asText(message["tool_name"]),
  };
}

function readPrompt(value: ReadRecord): LlmMessage[] {
  const system = asWord(value["system"]);
  return [
    ...(system === undefined ? [] : [messageOf("system", [textPart(system)])]),
    readMessage({ role: "user", content: value["prompt"], images: value["images"] }),
  ];
}

function readUsage(value: ReadRecord): LlmTokenCount {
  const prompt = asNumber(value["prompt_eval_count"]);
  const completion = asNumber(value["eval_count"]);
  return { prompt, completion, total: sum(prompt, completion) };
}

function createOllamaFold(): LlmFold {
  const calls: unknown[] = [];
  let last: ReadRecord = {};
  let content = "";
  let thinking = "";
  return {
    add(chunk) {
      const message = messageOfAnswer(chunk);
      content += asText(message["content"]) ?? "";
      thinking += asText(message["thinking"]) ?? "";
      calls.push(...asRecords(message["tool_calls"]));
      last = chunk;
    },
    text: () => content || undefined,
    hasOutput: () => content !== "" || thinking !== "" || calls.length > 0,
    isNext: () => last["done"] === true,
    result() {
      const { message: _message, response: _response, ...rest } = last;
      return { ...rest, message: { role: "assistant", content, thinking, tool_calls: calls } };
    },
  };
}
