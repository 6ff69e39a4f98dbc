// Replicate: predictions with whatever input a model takes, and streams of server-sent events.
import type { LlmFold, LlmShape } from "../llm-shape.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import { makerOf } from "../model-vendor.ts";
import { asList, asNumber, asRecord, asText, asWord, sum, type ReadRecord } from "../../read-value.ts";

export const replicate: LlmShape = {
  request(value) {
    const input = asRecord(value["input"]);
    const prompt = asText(input?.["prompt"]);
    if (input === undefined || prompt === undefined) return undefined;
    const model = asText(value["model"]);
    return {
      model,
      provider: "replicate",
      system: makerOf(model),
      get inputMessages() {
        const system = asWord(input["system_prompt"]);
        return [
          ...(system === undefined ? [] : [{ role: "system", content: system }]),
          { role: "user", content: prompt },
        ];
      },
      get invocationParameters() {
        return invocationParameters(input, ["prompt", "system_prompt"]);
      },
    };
  },
  response(value) {
    if (!isPrediction(value)) return undefined;
    const output = asList(value["output"]);
    const text = asText(value["output"]) ?? (isTexts(output) ? output.join("") : undefined);
    const model = asWord(value["model"]);
    const metrics = asRecord(value["metrics"]);
    const prompt = asNumber(metrics?.["input_token_count"]);
    const completion = asNumber(metrics?.["output_token_count"]);
    return {
      model,
      provider: "replicate",
      system: makerOf(model),
      outputMessages: text === undefined ? undefined : [{ role: "assistant", content: text }],
      finishReason: asText(value["status"]),
      tokenCount: { prompt, completion, total: sum(prompt, completion) },
    };
  },
  isChunk: (value) => EVENTS.has(asText(value["event"]) ?? "") && typeof value["data"] === "string",
  createFold: createReplicateFold,
};

const EVENTS = new Set(["output", "logs", "error", "done"]);

const isPrediction = (value: ReadRecord): boolean =>
  asRecord(value["input"]) !== undefined && typeof value["status"] === "string" && "output" in value;

const isTexts = (output: readonly unknown[]): output is readonly string[] =>
  output.length > 0 && output.every((item) => typeof item === "string");

function createReplicateFold(): LlmFold {
  let text = "";
  let status = "";
  return {
    add(event) {
      if (event["event"] === "output") text += asText(event["data"]) ?? "";
      if (event["event"] === "done") status = "succeeded";
    },
    text: () => text || undefined,
    hasOutput: () => text !== "",
    result: () => ({ input: {}, status, output: text }),
  };
}
