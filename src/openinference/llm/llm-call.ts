// One LLM call as attributes: its request, its response, its stream, whichever provider's shape they have.
import type { Attributes } from "@opentelemetry/api";
import { asRecord, guarded, type ReadRecord } from "../read-value.ts";
import { LlmAnswer } from "./llm-answer.ts";
import { llmAttributes } from "./llm-attributes.ts";
import type { LlmDescription } from "./llm-description.ts";
import { LLM_SHAPES } from "./llm-shapes.ts";
import { isMessageList, readMessageList, readOptions } from "./message-list.ts";

/** What is known of a call beside its values. */
export interface LlmCallOptions {
  /** The model and its provider by the caller's word, which wins over what the call says. */
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  /** Characters kept of one value. */
  readonly maxLength: number;
}

/** Arguments looked at: a request stands among the first. */
const MAX_ARGUMENTS = 8;

/**
 * One call of a function that calls an LLM. Nothing of it throws, starts or consumes anything. Without content, only names,
 * counts, costs and the finish reason are read: no message, tool or parameter is looked at.
 */
export class LlmCall {
  readonly #options: LlmCallOptions;
  readonly #request: LlmDescription | undefined;

  constructor(args: readonly unknown[], options: LlmCallOptions) {
    this.#options = options;
    this.#request = guarded(() => readRequest(args));
  }

  /** Model, provider, input messages, invocation parameters and tools; empty when the request's shape is unknown. */
  request(hasContent = true): Attributes {
    return this.#attributes(() => this.#request, undefined, hasContent) ?? {};
  }

  /** Attributes of a whole response, undefined when its shape is unknown (a stream or a promise is no response). */
  response(result: unknown, hasContent = true): Attributes | undefined {
    const isRequestKnown = this.#request !== undefined;
    return this.#attributes(() => readResponse(result, isRequestKnown), this.#request?.model, hasContent);
  }

  /** Takes the chunks of a streamed response. */
  createAnswer(): LlmAnswer {
    return new LlmAnswer(this.#request !== undefined, (read, hasContent) =>
      this.#attributes(read, this.#request?.model, hasContent),
    );
  }

  #attributes(
    read: () => LlmDescription | undefined,
    requestModel: string | undefined,
    hasContent: boolean,
  ): Attributes | undefined {
    const description = guarded(() => {
      const whole = read();
      return whole && named(hasContent ? whole : withoutContent(whole), requestModel, this.#options);
    });
    const attributes = description && llmAttributes(description, this.#options.maxLength);
    return attributes !== undefined && Object.keys(attributes).length > 0 ? attributes : undefined;
  }
}

/** What is no content: a description's messages, tools and parameters are not read. */
function withoutContent(description: LlmDescription): LlmDescription {
  const { model, requestModel, responseModel, provider, system, tokenCount, cost, finishReason } =
    description;
  return { model, requestModel, responseModel, provider, system, tokenCount, cost, finishReason };
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
  const messages = args.find((argument) => guarded(() => isMessageList(argument)));
  if (messages === undefined) return undefined;
  let options: LlmDescription | undefined;
  for (const argument of args) options ??= guarded(() => readOptions(argument));
  return {
    model: options?.model,
    invocationParameters: options?.invocationParameters,
    get inputMessages() {
      return readMessageList(messages);
    },
  };
}

function readResponse(result: unknown, isRequestKnown: boolean): LlmDescription | undefined {
  if (typeof result === "string") {
    return isRequestKnown ? { outputMessages: [{ role: "assistant", content: result }] } : undefined;
  }
  const record = asRecord(result);
  if (record === undefined || !isWhole(record)) return undefined;
  // What the SDKs' withResponse() gives has the answer in `data`, and so has a response of axios.
  const isResponse = "response" in record || "config" in record || "rawResponse" in record;
  return readAnswer(record) ?? (isResponse ? readAnswer(asRecord(record["data"])) : undefined);
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
