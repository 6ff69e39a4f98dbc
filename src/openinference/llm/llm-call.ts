// One LLM call as attributes: its request, its response, its stream, whichever provider's shape they have.
import type { Attributes } from "@opentelemetry/api";
import { llmAttributes } from "./llm-attributes.ts";
import type { LlmDescription } from "./llm-description.ts";
import type { LlmFold, LlmShape } from "./llm-shape.ts";
import { LLM_SHAPES } from "./llm-shapes.ts";
import { readMessageList, readOptions } from "./message-list.ts";
import { asRecord, type ReadRecord } from "./read-value.ts";

/** Folds the chunks of one streamed answer; keeps the text, not the chunks. */
export interface LlmStream {
  /** Takes one chunk; false when it has no known shape. */
  add(chunk: unknown): boolean;
  /** Attributes of the answer so far, undefined when no chunk was recognised. */
  attributes(): Attributes | undefined;
  /** The answer's visible text so far, undefined when there is none. */
  text(): string | undefined;
}

/** What is known of one call of a function that calls an LLM. Nothing of it throws, starts or consumes anything. */
export interface LlmCall {
  /** Model, provider, input messages, invocation parameters and tools; empty when the request's shape is unknown. */
  readonly requestAttributes: Attributes;
  /** Attributes of a whole response, undefined when its shape is unknown (a stream or a promise is no response). */
  response(result: unknown): Attributes | undefined;
  createStream(): LlmStream;
}

/** What the wrapper was told; it wins over what the call says. */
export interface LlmCallOptions {
  model?: string | undefined;
  provider?: string | undefined;
  /** Characters kept of one value; the process-wide limit by default. */
  maxValueLength?: number | undefined;
}

/** Arguments looked at: a request stands among the first. */
const MAX_ARGUMENTS = 8;

/** Reads the arguments of one call. Never throws. */
export function readLlmCall(args: readonly unknown[], options: LlmCallOptions = {}): LlmCall {
  const request = guarded(() => readRequest(args));
  const requestModel = request?.model;

  const describe = (read: () => LlmDescription | undefined): LlmDescription | undefined => {
    const description = guarded(read);
    return description && named(description, requestModel, options);
  };
  const attributesOf = (description: LlmDescription | undefined): Attributes | undefined => {
    const attributes = description && llmAttributes(description, options.maxValueLength);
    return attributes !== undefined && Object.keys(attributes).length > 0 ? attributes : undefined;
  };

  return {
    requestAttributes:
      request === undefined
        ? {}
        : llmAttributes(
            {
              ...request,
              model: options.model ?? request.model,
              provider: options.provider ?? request.provider,
            },
            options.maxValueLength,
          ),
    response: (result) => attributesOf(describe(() => readResponse(result, request !== undefined))),
    createStream: () => {
      const stream = createChunkReader(request !== undefined);
      const description = (): LlmDescription | undefined => describe(() => stream.description());
      return {
        add: (chunk) => guarded(() => stream.add(chunk)) ?? false,
        attributes: () => attributesOf(description()),
        text: () => guarded(() => stream.text()),
      };
    },
  };
}

/** The caller's name for the model and provider wins; a model that answered for another is recorded beside it. */
function named(
  description: LlmDescription,
  requestModel: string | undefined,
  options: LlmCallOptions,
): LlmDescription {
  const model = description.model;
  const differs = model !== undefined && requestModel !== undefined && model !== requestModel;
  return {
    ...description,
    model: options.model ?? model,
    provider: options.provider ?? description.provider,
    ...(differs && { requestModel, responseModel: model }),
  };
}

function readRequest(args: readonly unknown[]): LlmDescription | undefined {
  const first = args.slice(0, MAX_ARGUMENTS);
  for (const argument of first) {
    const record = asRecord(argument);
    if (record === undefined || !isWhole(record)) continue;
    for (const shape of LLM_SHAPES) {
      const description = guarded(() => shape.request(record));
      if (description !== undefined) return description;
    }
  }
  return readBareMessages(first);
}

/** `(messages, options)`: no provider's request, yet a chat. */
function readBareMessages(args: readonly unknown[]): LlmDescription | undefined {
  for (const argument of args) {
    const inputMessages = guarded(() => readMessageList(argument));
    if (inputMessages === undefined) continue;
    for (const other of args) {
      const options = guarded(() => readOptions(other));
      if (options !== undefined) return { ...options, inputMessages };
    }
    return { inputMessages };
  }
  return undefined;
}

function readResponse(result: unknown, isRequestKnown: boolean): LlmDescription | undefined {
  if (typeof result === "string") {
    return isRequestKnown ? { outputMessages: [{ role: "assistant", content: result }] } : undefined;
  }
  const record = asRecord(result);
  if (record === undefined || !isWhole(record)) return undefined;
  // What the SDKs' withResponse() gives has the answer in `data`.
  return readAnswer(record) ?? ("response" in record ? readAnswer(asRecord(record["data"])) : undefined);
}

function readAnswer(record: ReadRecord | undefined): LlmDescription | undefined {
  if (record === undefined || !isWhole(record)) return undefined;
  for (const shape of LLM_SHAPES) {
    const description = guarded(() => shape.response(record));
    if (description !== undefined) return description;
  }
  return undefined;
}

/**
 * A promise, a stream, or an AI SDK stream result is no value yet. Only the presence of a member is asked: reading one
 * may start the call (`then` of a lazy thenable) or consume the stream (`text` of streamText's result).
 */
function isWhole(record: ReadRecord): boolean {
  return !(
    "then" in record ||
    Symbol.asyncIterator in record ||
    "getReader" in record ||
    "textStream" in record ||
    "partialObjectStream" in record
  );
}

interface ChunkReader {
  add(chunk: unknown): boolean;
  description(): LlmDescription | undefined;
  text(): string | undefined;
}

/** The first chunk that has a shape decides for the stream. */
function createChunkReader(isRequestKnown: boolean): ChunkReader {
  let shape: LlmShape | undefined;
  let fold: LlmFold | undefined;
  let text: string | undefined;
  return {
    add(chunk) {
      if (typeof chunk === "string" && fold === undefined && isRequestKnown) {
        text = (text ?? "") + chunk;
        return true;
      }
      const record = asRecord(chunk);
      if (record === undefined || text !== undefined) return false;
      shape ??= LLM_SHAPES.find((candidate) => candidate.isChunk(record));
      if (shape?.isChunk(record) !== true) return false;
      fold ??= shape.createFold();
      fold.add(record);
      return true;
    },
    text: () => text ?? fold?.text(),
    description() {
      if (text !== undefined) return { outputMessages: [{ role: "assistant", content: text }] };
      return fold && shape?.response(fold.result());
    },
  };
}

/** Whatever is in the arguments, a getter that throws or a revoked proxy, reading it gives nothing instead. */
function guarded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
