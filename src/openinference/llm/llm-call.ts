// One LLM call as attributes: its request, its response, its stream, whichever provider's shape they have.
import type { Attributes } from "@opentelemetry/api";
import { jsonText } from "../../capture/json-text.ts";
import { guarded } from "../read-value.ts";
import { LlmAnswer } from "./llm-answer.ts";
import { llmAttributes } from "./llm-attributes.ts";
import type { LlmDescription } from "./llm-description.ts";
import { readRequest } from "./llm-request.ts";
import { readResponse } from "./llm-response.ts";

/** What is known of a call beside its values. */
export interface LlmCallOptions {
  /** The model and its provider by the caller's word, which wins over what the call says. */
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  /** Characters kept of one value. */
  readonly maxLength: number;
}

/**
 * One call of a function that calls an LLM. Nothing of it throws, starts or consumes anything. Without content, only names,
 * counts, costs and the finish reason are read: no message, tool or parameter is looked at.
 */
export class LlmCall {
  readonly #options: LlmCallOptions;
  readonly #request: LlmDescription | undefined;
  readonly #args: readonly unknown[];

  constructor(args: readonly unknown[], options: LlmCallOptions) {
    this.#options = options;
    this.#args = args;
    this.#request = guarded(() => readRequest(args));
  }

  /** Model, provider, input messages, invocation parameters and tools; empty when the request's shape is unknown. */
  request(hasContent = true): Attributes {
    const fromCopy = (): LlmDescription | undefined =>
      readRequest(this.#args.map((each) => this.#copy(each)));
    return this.#attributes(() => this.#request, undefined, hasContent, fromCopy) ?? {};
  }

  /** Attributes of a whole response, undefined when its shape is unknown (a stream or a promise is no response). */
  response(result: unknown, hasContent = true): Attributes | undefined {
    const isRequestKnown = this.#request !== undefined;
    const read = (value: unknown) => (): LlmDescription | undefined => readResponse(value, isRequestKnown);
    const fromCopy = (): LlmDescription | undefined => read(this.#copy(result))();
    return this.#attributes(read(result), this.#request?.model, hasContent, fromCopy);
  }

  /** Takes the chunks of a streamed response. */
  createAnswer(): LlmAnswer {
    return new LlmAnswer(this.#request !== undefined, (read, hasContent) =>
      this.#attributes(read, this.#request?.model, hasContent),
    );
  }

  /** Plain data that says the same, with a word in place of what throws. */
  #copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    return guarded(() => JSON.parse(jsonText(value, this.#options.maxLength)) as unknown);
  }

  #attributes(
    read: () => LlmDescription | undefined,
    requestModel: string | undefined,
    hasContent: boolean,
    fromCopy?: () => LlmDescription | undefined,
  ): Attributes | undefined {
    const description = guarded(() => {
      const whole = read();
      if (whole === undefined) return undefined;
      const members = hasContent ? readMembers(whole, fromCopy) : withoutContent(whole);
      return named(members, requestModel, this.#options);
    });
    const attributes = description && llmAttributes(description, this.#options.maxLength);
    return attributes !== undefined && Object.keys(attributes).length > 0 ? attributes : undefined;
  }
}

/** A description's members, each read for itself. One that throws is read again from a copy in which nothing does. */
function readMembers(
  description: LlmDescription,
  fromCopy: (() => LlmDescription | undefined) | undefined,
): LlmDescription {
  const members: Record<string, unknown> = {};
  let copied: LlmDescription | undefined;
  for (const key of Object.keys(description) as (keyof LlmDescription)[]) {
    try {
      members[key] = description[key];
    } catch {
      members[key] = guarded(() => (copied ??= fromCopy?.())?.[key]);
    }
  }
  return members;
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
