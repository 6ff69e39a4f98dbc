// Mistral's SDK: OpenAI's shape in camel case, and stream events that hold each chunk in `data`.
import type { LlmShape } from "../llm-shape.ts";
import { openAiChat } from "../openai-chat/openai-chat.ts";
import { asRecord, asRecords, type ReadRecord } from "../../read-value.ts";

/** A request is read as OpenAI's, whose shape it has. */
export const mistral: LlmShape = {
  request: () => undefined,
  response(value) {
    const isSdks =
      asRecord(value["usage"])?.["promptTokens"] !== undefined ||
      asRecords(value["choices"]).some((choice) => "finishReason" in choice);
    const answer = isSdks ? openAiChat.response(value) : undefined;
    // Azure's first SDK has the same words; its content filter told that one.
    if (answer?.provider !== undefined || answer?.system !== "mistralai") return answer;
    return Object.assign(answer, { provider: "mistralai" });
  },
  isChunk: (value) => chunkOf(value) !== undefined,
  createFold() {
    const fold = openAiChat.createFold();
    return {
      ...fold,
      add: (event) => fold.add(chunkOf(event) ?? {}),
      isNext: (event) => fold.isNext?.(chunkOf(event) ?? {}) === true,
      // What makes the answer the SDK's own.
      result: () => markedAsSdks(fold.result()),
    };
  },
};

function chunkOf(event: ReadRecord): ReadRecord | undefined {
  const chunk = asRecord(event["data"]);
  return chunk !== undefined && openAiChat.isChunk(chunk) ? chunk : undefined;
}

const markedAsSdks = (answer: ReadRecord): ReadRecord => ({
  ...answer,
  choices: asRecords(answer["choices"]).map((choice) => ({
    ...choice,
    finishReason: choice["finish_reason"],
  })),
});
