// The Claude Agent SDK's query(): the messages of a whole session, and a result with all tokens and the cost.
import type { LlmMessage } from "../llm-description.ts";
import { readMessages, readUsage } from "../anthropic/anthropic-messages.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { createClaudeAgentFold, isClaudeAgentChunk } from "./claude-agent-stream.ts";
import { asNumber, asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";

const VENDOR = { provider: "anthropic", system: "anthropic" } as const;

/** Options that only this SDK has beside a prompt. */
const OWN_OPTIONS = [
  "allowedTools",
  "disallowedTools",
  "permissionMode",
  "systemPrompt",
  "customSystemPrompt",
  "mcpServers",
  "maxTurns",
  "settingSources",
  "includePartialMessages",
  "pathToClaudeCodeExecutable",
];

/** What a prompt's options hold that is no parameter of the model: plumbing, and the environment with its secrets. */
const NO_PARAMETERS = [
  "systemPrompt",
  "customSystemPrompt",
  "env",
  "mcpServers",
  "hooks",
  "abortController",
  "stderr",
  "canUseTool",
  "agents",
];

export const claudeAgent: LlmShape = {
  request(value) {
    const options = asRecord(value["options"]);
    // A prompt that is a stream of messages is the SDK's to read.
    if (!("prompt" in value) || options === undefined) return undefined;
    if (!OWN_OPTIONS.some((option) => option in options)) return undefined;
    return {
      ...VENDOR,
      model: asText(options["model"]),
      get inputMessages() {
        const system = asText(options["systemPrompt"]) ?? asText(options["customSystemPrompt"]);
        const prompt = asText(value["prompt"]);
        return [
          ...(system === undefined ? [] : [{ role: "system", content: system }]),
          ...(prompt === undefined ? [] : [{ role: "user", content: prompt }]),
        ];
      },
      get invocationParameters() {
        return invocationParameters(options, NO_PARAMETERS);
      },
    };
  },
  response(value) {
    if (value["type"] !== "result" || !("total_cost_usd" in value || "num_turns" in value)) return undefined;
    const model = asWord(value["model"]) ?? mostUsed(asRecord(value["modelUsage"]));
    return {
      ...VENDOR,
      model,
      get outputMessages() {
        return readOutput(value);
      },
      finishReason: asWord(value["stop_reason"]) ?? asWord(value["subtype"]),
      tokenCount: readUsage(asRecord(value["usage"])),
      cost: { total: asNumber(value["total_cost_usd"]) },
    };
  },
  isChunk: isClaudeAgentChunk,
  createFold: createClaudeAgentFold,
};

/** The messages of the session where they were seen, else the last text, which the result repeats. */
function readOutput(result: ReadRecord): LlmMessage[] {
  const messages = asRecords(result["messages"]).flatMap(readMessages);
  if (messages.length > 0) return messages;
  const text = asText(result["result"]);
  return text === undefined ? [] : [{ role: "assistant", content: text }];
}

/** A session may ask small models for small things: its own model is the one that wrote most. */
function mostUsed(usage: ReadRecord | undefined): string | undefined {
  const written = (model: string): number => asNumber(asRecord(usage?.[model])?.["outputTokens"]) ?? 0;
  return Object.keys(usage ?? {}).toSorted((a, b) => written(b) - written(a))[0];
}
