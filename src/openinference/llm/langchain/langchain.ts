// LangChain's chat models: a message as the answer, or the chunks of one.
import type { LlmDescription } from "../llm-description.ts";
import type { LlmShape } from "../llm-shape.ts";
import { makerOf } from "../model-vendor.ts";
import { isLangChainMessage, membersOf, readLangChainMessage, readUsage } from "./langchain-messages.ts";
import { chunkOf, createLangChainFold } from "./langchain-stream.ts";
import { asRecord, asText, asWord, firstOf, type ReadRecord } from "../../read-value.ts";

/** A request is a list of messages, which is no shape of its own. */
export const langChain: LlmShape = {
  request: () => undefined,
  response(value) {
    const message = messageOf(value);
    if (message === undefined) return undefined;
    const members = membersOf(message);
    const metadata = asRecord(members["response_metadata"]);
    const model = asWord(firstOf(metadata, "model_name", "model", "modelId"));
    return {
      model,
      ...vendorOf(metadata, model),
      get outputMessages() {
        return [readLangChainMessage(message)];
      },
      finishReason: asText(
        firstOf(metadata, "finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason"),
      ),
      tokenCount: readUsage(asRecord(members["usage_metadata"])) ?? readOldUsage(value, metadata),
    };
  },
  isChunk: (value) => chunkOf(value) !== undefined,
  createFold: createLangChainFold,
};

/** A message, or the result of `generate`, which holds it. */
function messageOf(value: ReadRecord): ReadRecord | undefined {
  if (isLangChainMessage(value)) return value;
  if (!Array.isArray(value["generations"])) return undefined;
  const [first] = value["generations"] as readonly unknown[];
  const generation = Array.isArray(first) ? asRecord(first[0]) : asRecord(first);
  const message = asRecord(generation?.["message"]);
  return message !== undefined && isLangChainMessage(message) ? message : undefined;
}

/** Models say who hosts them in `model_provider`, from version 1 on. */
function vendorOf(
  metadata: ReadRecord | undefined,
  model: string | undefined,
): Pick<LlmDescription, "provider" | "system"> {
  const told = asWord(metadata?.["model_provider"]);
  return { provider: told && (PROVIDERS[told] ?? told), system: makerOf(model) };
}

const PROVIDERS: Readonly<Record<string, string>> = {
  bedrock: "aws",
  bedrock_converse: "aws",
  "google-genai": "google",
  google_genai: "google",
  google_vertexai: "google",
  azure_openai: "azure",
};

function readOldUsage(value: ReadRecord, metadata: ReadRecord | undefined): LlmDescription["tokenCount"] {
  const usage = asRecord(metadata?.["tokenUsage"]) ?? asRecord(asRecord(value["llmOutput"])?.["tokenUsage"]);
  return (
    usage &&
    readUsage({
      input_tokens: usage["promptTokens"],
      output_tokens: usage["completionTokens"],
      total_tokens: usage["totalTokens"],
    })
  );
}
