// AWS Bedrock's Converse and ConverseStream.
import type { LlmTokenCount, LlmTool } from "../llm-description.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { messageOf } from "../message-content.ts";
import { vendorOfBedrockModel } from "../model-vendor.ts";
import { readContent, readMessages } from "./bedrock-messages.ts";
import { createBedrockFold, isBedrockChunk } from "./bedrock-stream.ts";
import { asNumber, asRecord, asRecords, asText, asWord, sum, type ReadRecord } from "../../read-value.ts";

export const bedrock: LlmShape = {
  request(value) {
    const model = asText(value["modelId"]);
    if (model === undefined || !Array.isArray(value["messages"])) return undefined;
    return {
      model,
      ...vendorOfBedrockModel(model),
      get inputMessages() {
        const system = readContent(value["system"]);
        const messages = asRecords(value["messages"]).flatMap(readMessages);
        return system.length === 0 ? messages : [messageOf("system", system), ...messages];
      },
      get tools() {
        return asRecords(asRecord(value["toolConfig"])?.["tools"]).map(readTool);
      },
      get invocationParameters() {
        const { toolConfig, ...rest } = value;
        const choice = asRecord(toolConfig)?.["toolChoice"];
        return invocationParameters(choice === undefined ? rest : { ...rest, toolChoice: choice }, [
          "messages",
          "system",
        ]);
      },
    };
  },
  response(value) {
    const message = asRecord(asRecord(value["output"])?.["message"]);
    const usage = asRecord(value["usage"]);
    if (message === undefined || !Array.isArray(message["content"])) return undefined;
    return {
      provider: "aws",
      // A prompt router answers by the model it chose.
      model: asWord(asRecord(asRecord(value["trace"])?.["promptRouter"])?.["invokedModelId"]),
      get outputMessages() {
        return readMessages(message);
      },
      finishReason: asText(value["stopReason"]),
      tokenCount: usage && readUsage(usage),
    };
  },
  isChunk: isBedrockChunk,
  createFold: createBedrockFold,
};

function readTool(tool: ReadRecord): LlmTool {
  const spec = asRecord(tool["toolSpec"]);
  return {
    name: asText(spec?.["name"]) ?? Object.keys(tool)[0],
    description: asText(spec?.["description"]),
    jsonSchema: tool,
  };
}

/** `inputTokens` leaves out what was read from and written to the cache; the prompt's count has all of it. */
function readUsage(usage: ReadRecord): LlmTokenCount {
  const cacheRead = asNumber(usage["cacheReadInputTokens"]);
  const cacheWrite = asNumber(usage["cacheWriteInputTokens"]);
  const prompt = sum(asNumber(usage["inputTokens"]), cacheRead, cacheWrite);
  const completion = asNumber(usage["outputTokens"]);
  return {
    prompt,
    completion,
    total: sum(prompt, completion),
    promptDetails: { cacheRead, cacheWrite },
  };
}
