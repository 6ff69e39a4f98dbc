// Reads one call as the wrapper does: the request from the arguments, then the answer, whole or chunk by chunk.
import type { Attributes } from "@opentelemetry/api";
import { expect } from "vitest";
import { LlmCall, type LlmCallOptions } from "../../../src/openinference/llm/llm-call.ts";

/** A call whose values are kept up to the default limit. */
export const readLlmCall = (args: readonly unknown[], options: Partial<LlmCallOptions> = {}): LlmCall =>
  new LlmCall(args, { maxLength: 1_048_576, ...options });

/** Attributes of the arguments alone. */
export const readRequest = (args: readonly unknown[]): Attributes => readLlmCall(args).request();

/** Attributes of a request and of the value that the SDK gave for it. */
export function readWhole(request: unknown, result: unknown): Attributes {
  const call = readLlmCall([request]);
  const response = call.response(result);
  expect(response).toBeDefined();
  return { ...call.request(), ...response };
}

export interface ReadStream {
  attributes: Attributes;
  text: string | undefined;
  /** What stands for the answer in the span's output. */
  output: unknown;
  chunks: number;
}

/** Attributes of a request and of a stream that is read to its end, every chunk of which must be recognised. */
export async function readStream(request: unknown, stream: AsyncIterable<unknown>): Promise<ReadStream> {
  const call = readLlmCall([request]);
  const answer = call.createAnswer();
  const strange: unknown[] = [];
  let chunks = 0;
  for await (const chunk of stream) {
    if (!answer.add(chunk)) strange.push(chunk);
    chunks += 1;
  }
  expect(strange).toEqual([]);
  return {
    attributes: { ...call.request(), ...answer.attributes() },
    text: answer.text(),
    output: answer.output(),
    chunks,
  };
}
