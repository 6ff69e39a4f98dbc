// The AI SDK's generateText, streamText and their object siblings.
import type { LlmMessage, LlmTool } from "../llm-description.ts";
import { readMessages, readStepContent } from "./ai-sdk-messages.ts";
import { isUiMessage } from "./ai-sdk-ui-messages.ts";
import { createAiSdkFold, isAiSdkChunk } from "./ai-sdk-stream.ts";
import { readCost, readTokenCount } from "./ai-sdk-usage.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import { jsonSchemaOf } from "../json-schema.ts";
import type { LlmShape } from "../llm-shape.ts";
import { vendorOfAiSdkModel } from "../model-vendor.ts";
import { asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";
import { jsonContent } from "../message-content.ts";

export const aiSdk: LlmShape = {
  request(value) {
    const languageModel = asRecord(value["model"]);
    const model = asText(value["model"]) ?? asText(languageModel?.["modelId"]);
    if (model === undefined || !isRequest(value)) return undefined;
    return {
      model,
      ...vendorOfAiSdkModel(asText(languageModel?.["provider"]), model),
      get inputMessages() {
        return readInput(value);
      },
      get tools() {
        return readTools(value["tools"]);
      },
      get invocationParameters() {
        const schema = jsonSchemaOf(value["schema"]);
        return invocationParameters(value, NO_PARAMETERS, { model, schema });
      },
    };
  },
  response(value) {
    const steps = asRecords(value["steps"]);
    const last = steps.at(-1) ?? value;
    const finishReason = readFinishReason(last["finishReason"]);
    if (finishReason === undefined) return undefined;
    const usage = asRecord(value["totalUsage"]) ?? asRecord(value["usage"]) ?? asRecord(last["usage"]);
    const isAnswer = "text" in last || "content" in last || "object" in last;
    if (steps.length === 0 && (usage === undefined || !isAnswer)) return undefined;
    return {
      model: asWord(asRecord(last["response"])?.["modelId"]),
      get outputMessages() {
        return readOutput(steps.length === 0 ? [value] : steps);
      },
      finishReason: asWord(finishReason),
      tokenCount: readTokenCount(value, steps),
      cost: readCost(value, steps),
    };
  },
  isChunk: isAiSdkChunk,
  createFold: createAiSdkFold,
};

const NO_PARAMETERS = [
  "messages",
  "prompt",
  "system",
  "instructions",
  "tools",
  "output",
  "experimental_output",
  "experimental_telemetry",
  "experimental_context",
  "telemetry",
];

function isRequest(value: ReadRecord): boolean {
  // A list of texts is one of the legacy completions.
  const hasPrompt = typeof value["prompt"] === "string" || asRecords(value["prompt"]).length > 0;
  if (!hasPrompt && !Array.isArray(value["messages"])) return false;
  if (typeof value["model"] !== "string") return true;
  // A model by name is a request of OpenAI's shape, too: the AI SDK's words decide.
  return (
    hasPrompt ||
    ["system", "instructions", "maxOutputTokens", "topP", "stopWhen", "providerOptions"].some(
      (member) => member in value,
    ) ||
    asRecord(value["tools"]) !== undefined ||
    asRecords(value["messages"]).some(isUiMessage)
  );
}

function readInput(value: ReadRecord): LlmMessage[] {
  const system = value["system"] ?? value["instructions"];
  const messages: LlmMessage[] = typeof system === "string" ? [{ role: "system", content: system }] : [];
  for (const message of Array.isArray(system) ? asRecords(system) : [asRecord(system)]) {
    if (message !== undefined) messages.push(...readMessages(message));
  }
  const prompt = value["prompt"];
  if (typeof prompt === "string") messages.push({ role: "user", content: prompt });
  for (const message of asRecords(value["messages"] ?? prompt)) messages.push(...readMessages(message));
  return messages;
}

/** The AI SDK has tools by name; models' own interface has a list. Written as OpenAI has them, as is recommended. */
function readTools(tools: unknown): LlmTool[] {
  const named = Array.isArray(tools)
    ? asRecords(tools).map((tool): [string, ReadRecord] => [asText(tool["name"]) ?? "", tool])
    : Object.entries(asRecord(tools) ?? {}).flatMap(([name, tool]): [string, ReadRecord][] => {
        const record = asRecord(tool);
        return record === undefined ? [] : [[name, record]];
      });
  return named.map(([name, tool]) => {
    const description = asText(tool["description"]);
    const parameters = jsonSchemaOf(tool["inputSchema"] ?? tool["parameters"]);
    return {
      name,
      description,
      jsonSchema: { type: "function", function: { name, description, parameters } },
    };
  });
}

/** Every step is one answer of the model; between two are the results of the tools it called. */
function readOutput(steps: readonly ReadRecord[]): LlmMessage[] {
  return steps.flatMap((step) =>
    "object" in step && !("content" in step)
      ? [{ role: "assistant", content: jsonContent(step["object"]) }]
      : readStepContent(step),
  );
}

function readFinishReason(reason: unknown): string | undefined {
  return asText(reason) ?? asText(asRecord(reason)?.["unified"]);
}
