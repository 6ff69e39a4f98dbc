// Google GenAI's generateContent and generateContentStream.
import type { LlmContent, LlmDescription, LlmMessage, LlmTool } from "../llm-description.ts";
import { createGoogleFold, isGoogleChunk } from "./google-genai-stream.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { mediaKind } from "../media.ts";
import { jsonContent, mediaPart, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
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

export const googleGenAi: LlmShape = {
  request(value) {
    const model = asText(value["model"]);
    const contents = value["contents"];
    if (contents === undefined || contents === null || (model === undefined && !isContents(contents))) {
      return undefined;
    }
    // The SDKs before this one have no config: its members stand beside the contents.
    const { contents: _contents, ...beside } = value;
    const config = asRecord(value["config"]) ?? beside;
    return {
      model,
      provider: "google",
      get inputMessages() {
        const system = readContents(config["systemInstruction"]);
        return [...system.map((message) => ({ ...message, role: "system" })), ...readContents(contents)];
      },
      get tools() {
        return asRecords(config["tools"]).flatMap(readTools);
      },
      get invocationParameters() {
        return invocationParameters({ model, ...config }, ["systemInstruction", "tools"]);
      },
    };
  },
  response(value) {
    const usage = asRecord(value["usageMetadata"]);
    const candidates = asRecords(value["candidates"]);
    if (!Array.isArray(value["candidates"]) && usage === undefined) return undefined;
    return {
      model: asWord(value["modelVersion"]),
      provider: "google",
      get outputMessages() {
        return candidates.flatMap((candidate) => readContents(candidate["content"], "model"));
      },
      finishReason:
        asText(candidates[0]?.["finishReason"]) ?? asText(asRecord(value["promptFeedback"])?.["blockReason"]),
      tokenCount: usage === undefined ? undefined : readUsage(usage),
    };
  },
  isChunk: isGoogleChunk,
  createFold: createGoogleFold,
};

/** Contents that are told from any other list without a model beside them. */
const isContents = (contents: unknown): boolean =>
  asRecords(contents).some((content) => Array.isArray(content["parts"]));

/**
 * Reads what the SDK takes as contents: a text, a part, a `{ role, parts }`, or a list of these; parts and texts that
 * stand side by side are one message of the user.
 */
export function readContents(contents: unknown, defaultRole = "user"): LlmMessage[] {
  const messages: LlmMessage[] = [];
  let loose: unknown[] = [];
  const flush = (): void => {
    if (loose.length > 0) messages.push(...readParts(loose, defaultRole));
    loose = [];
  };
  for (const item of Array.isArray(contents) ? asList(contents) : [contents]) {
    const record = asRecord(item);
    if (record !== undefined && ("parts" in record || "role" in record)) {
      flush();
      messages.push(...readParts(asList(record["parts"]), asText(record["role"]) ?? defaultRole));
    } else if (record !== undefined || typeof item === "string") {
      loose.push(item);
    }
  }
  flush();
  return messages;
}

/** Function responses become messages of the role `"tool"`, as the specification has them. */
function readParts(parts: readonly unknown[], role: string): LlmMessage[] {
  const messages: LlmMessage[] = [];
  const content: LlmContent[] = [];
  for (const item of parts) {
    const part = asRecord(item);
    const response = asRecord(part?.["functionResponse"]);
    if (response !== undefined) messages.push(readFunctionResponse(response));
    else if (part !== undefined) content.push(readPart(part));
    else if (typeof item === "string") content.push(textPart(item));
  }
  if (content.length > 0 || messages.length === 0) messages.push(messageOf(role, content));
  return messages;
}

function readFunctionResponse(response: ReadRecord): LlmMessage {
  return {
    role: "tool",
    name: asText(response["name"]),
    toolCallId: asText(response["id"]),
    content: jsonContent(response["response"]),
  };
}

function readPart(part: ReadRecord): LlmContent {
  const signature = asText(part["thoughtSignature"]);
  const text = asText(part["text"]);
  if (part["thought"] === true) return { type: "reasoning", text, signature };
  if (text !== undefined) return { type: "text", text, signature };
  const call = asRecord(part["functionCall"]);
  if (call !== undefined) {
    return toolCallPart({
      id: asText(call["id"]),
      name: asText(call["name"]),
      arguments: call["args"] ?? {},
      reasoningSignature: signature,
    });
  }
  const inline = asRecord(part["inlineData"]);
  if (inline !== undefined) {
    return { ...mediaPart(inline, inline["data"], asText(inline["mimeType"])), signature };
  }
  const file = asRecord(part["fileData"]);
  if (file !== undefined) return readFile(file);
  const [kind] = Object.keys(part);
  return otherPart(part, kind);
}

/** A file's URI is kept as it is, `gs://` included. */
function readFile(file: ReadRecord): LlmContent {
  const mimeType = asText(file["mimeType"]);
  const kind = mediaKind(mimeType);
  if (kind === undefined) return otherPart(file, "file");
  const url = asText(file["fileUri"]);
  return kind === "audio" ? { type: kind, url, mimeType } : { type: kind, url };
}

/**
 * One tool of Google's holds many function declarations, or is one of its own, e.g. `{ googleSearch: {} }`.
 * A callable tool (an MCP client) is an instance: it declares itself only when it is asked.
 */
function readTools(tool: ReadRecord): LlmTool[] {
  if (Object.getPrototypeOf(tool) !== Object.prototype) return [];
  const { functionDeclarations, ...own } = tool;
  const declared = asRecords(functionDeclarations).map((declaration) => ({
    name: asText(declaration["name"]),
    description: asText(declaration["description"]),
    jsonSchema: declaration,
  }));
  const [name] = Object.keys(own);
  return name === undefined ? declared : [...declared, { name, jsonSchema: own }];
}

/** `candidatesTokenCount` leaves out the thoughts, `promptTokenCount` the results of Google's own tools. */
export function readUsage(usage: ReadRecord): LlmDescription["tokenCount"] {
  const thoughts = asNumber(usage["thoughtsTokenCount"]);
  return {
    prompt: sum(asNumber(usage["promptTokenCount"]), asNumber(usage["toolUsePromptTokenCount"])),
    completion: sum(asNumber(usage["candidatesTokenCount"]), thoughts),
    total: asNumber(usage["totalTokenCount"]),
    promptDetails: {
      cacheRead: asNumber(usage["cachedContentTokenCount"]),
      audio: audioTokens(usage["promptTokensDetails"]),
    },
    completionDetails: { reasoning: thoughts, audio: audioTokens(usage["candidatesTokensDetails"]) },
  };
}

function audioTokens(details: unknown): number | undefined {
  const audio = asRecords(details).find((detail) => detail["modality"] === "AUDIO");
  return asNumber(audio?.["tokenCount"]);
}
