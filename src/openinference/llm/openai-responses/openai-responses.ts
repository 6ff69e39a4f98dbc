// OpenAI's Responses API.
import type { LlmDescription, LlmMessage, LlmTool } from "../llm-description.ts";
import { invocationParameters, withoutSecrets } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { vendorOfOpenAiModel } from "../model-vendor.ts";
import { readCost } from "../openai-chat/openai-chat-usage.ts";
import { withReasoningIncluded } from "../token-count.ts";
import { readItems } from "./openai-responses-items.ts";
import { createResponsesFold, isResponsesChunk } from "./openai-responses-stream.ts";
import { asList, asNumber, asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";

export const openAiResponses: LlmShape = {
  request(value) {
    if (!isRequest(value)) return undefined;
    const model = asText(value["model"]);
    return {
      model,
      ...vendorOfOpenAiModel(model),
      get inputMessages() {
        return [...readInstructions(value["instructions"]), ...readInput(value["input"])];
      },
      get tools() {
        return asRecords(value["tools"]).map(readTool);
      },
      get invocationParameters() {
        return invocationParameters(value, ["input", "instructions", "tools"]);
      },
    };
  },
  response(value) {
    if (!Array.isArray(value["output"])) return undefined;
    if (value["object"] !== "response" && !("output_text" in value)) return undefined;
    const model = asWord(value["model"]);
    return {
      model,
      ...vendorOfOpenAiModel(model),
      get outputMessages() {
        return readItems(asRecords(value["output"]));
      },
      finishReason: asText(asRecord(value["incomplete_details"])?.["reason"]) ?? asText(value["status"]),
      tokenCount: readUsage(asRecord(value["usage"])),
      cost: readCost(asRecord(value["usage"])),
    };
  },
  isChunk: isResponsesChunk,
  createFold: createResponsesFold,
};

/** An embedding's `input` is a list of texts or numbers; here it is a text or a list of items. */
function isRequest(value: ReadRecord): boolean {
  const input = value["input"];
  const hasPrompt = asText(asRecord(value["prompt"])?.["id"]) !== undefined;
  if (typeof value["model"] !== "string" && !hasPrompt) return false;
  if (typeof input === "string" || (input === undefined && hasPrompt)) return true;
  if (!Array.isArray(input) || input.length === 0) return false;
  return asList(input).every((item) => {
    const record = asRecord(item);
    return record !== undefined && ("role" in record || "type" in record || "id" in record);
  });
}

function readInstructions(instructions: unknown): LlmMessage[] {
  return typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
}

function readInput(input: unknown): LlmMessage[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : readItems(asRecords(input));
}

function readTool(tool: ReadRecord): LlmTool {
  return {
    name: asText(tool["name"]) ?? asText(tool["server_label"]) ?? asText(tool["type"]),
    description: asText(tool["description"]) ?? asText(tool["server_description"]),
    jsonSchema: withoutSecrets(tool),
  };
}

function readUsage(usage: ReadRecord | undefined): LlmDescription["tokenCount"] {
  if (usage === undefined) return undefined;
  const input = asRecord(usage["input_tokens_details"]);
  const output = asRecord(usage["output_tokens_details"]);
  return withReasoningIncluded({
    prompt: asNumber(usage["input_tokens"]),
    completion: asNumber(usage["output_tokens"]),
    total: asNumber(usage["total_tokens"]),
    promptDetails: {
      cacheRead: asNumber(input?.["cached_tokens"]),
      cacheWrite: asNumber(input?.["cache_write_tokens"]),
      audio: asNumber(input?.["audio_tokens"]),
    },
    completionDetails: {
      reasoning: asNumber(output?.["reasoning_tokens"]),
      audio: asNumber(output?.["audio_tokens"]),
    },
  });
}
