// Reads one call as the wrapper does: the request from the arguments, then the answer, whole or chunk by chunk.
import type { Attributes } from "@opentelemetry/api";
import { expect } from "vitest";
import { readLlmCall } from "../../../src/openinference/llm/llm-call.ts";

/** Attributes of a request and of the value that the SDK gave for it. */
export function readWhole(request: unknown, result: unknown): Attributes {
  const call = readLlmCall([request]);
  const response = call.response(result);
  expect(response).toBeDefined();
  return { ...call.requestAttributes, ...response };
}

export interface ReadStream {
  attributes: Attributes;
  text: string | undefined;
  chunks: number;
}

/** Attributes of a request and of a stream that is read to its end, every chunk of which must be recognised. */
export async function readStream(request: unknown, stream: AsyncIterable<unknown>): Promise<ReadStream> {
  const call = readLlmCall([request]);
  const folded = call.createStream();
  const strange: unknown[] = [];
  let chunks = 0;
  for await (const chunk of stream) {
    if (!folded.add(chunk)) strange.push(chunk);
    chunks += 1;
  }
  expect(strange).toEqual([]);
  return {
    attributes: { ...call.requestAttributes, ...folded.attributes() },
    text: folded.text(),
    chunks,
  };
}
