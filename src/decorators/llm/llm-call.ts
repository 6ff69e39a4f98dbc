// One LLM call as attributes: its request, its response, its stream, whichever provider's shape they have.
import type { Attributes } from "@opentelemetry/api";

/** Folds the chunks of one streamed answer; keeps the text, not the chunks. */
export interface LlmStream {
  /** Takes one chunk; false when it has no known shape. */
  add(chunk: unknown): boolean;
  /** Attributes of the answer so far, undefined when no chunk was recognised. */
  attributes(): Attributes | undefined;
  /** The answer's text so far, undefined when there is none. */
  text(): string | undefined;
}

/** What is known of one call of a function that calls an LLM. Nothing of it throws. */
export interface LlmCall {
  /** Attributes of the request (model, provider, input messages, invocation parameters, tools); empty when its shape is unknown. */
  readonly requestAttributes: Attributes;
  /** Attributes of a whole response, undefined when its shape is unknown. */
  response(result: unknown): Attributes | undefined;
  createStream(): LlmStream;
}

/** Reads the arguments of one call. Never throws. */
export function readLlmCall(
  args: readonly unknown[],
  options: { model?: string; provider?: string } = {},
): LlmCall {
  void args;
  void options;
  return {
    requestAttributes: {},
    response: () => undefined,
    createStream: () => ({ add: () => false, attributes: () => undefined, text: () => undefined }),
  };
}
