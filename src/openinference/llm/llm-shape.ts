// What one provider's shape has to know: its request, its response, and how its chunks make a response.
import type { LlmDescription } from "./llm-description.ts";
import type { ReadRecord } from "../read-value.ts";

/** Makes the chunks of one stream into a response of the provider's own shape. */
export interface LlmFold {
  add(chunk: ReadRecord): void;
  /** The response so far, readable by the shape's `response`. */
  result(): ReadRecord;
  /** The visible text of the first choice so far, undefined when there is none. It must be cheap. */
  text(): string | undefined;
  /** Whether there is content to show in place of the chunks. Asked after every chunk: it must be cheap. */
  hasOutput(): boolean;
  /** Whether a chunk begins another answer: one stream of an agent's loop may hold several. Asked before `add`. */
  isNext?(chunk: ReadRecord): boolean;
}

/**
 * One provider's way to write a call of a model. Its functions may throw on hostile values; the caller guards. One more
 * provider is a folder with a shape, and a row in `llm-shapes.ts`, before the less telling ones. A description's messages,
 * tools and parameters are getters, so that nothing is read where content is not recorded; values stay values in it
 * (`arguments`, `json`, `jsonSchema`): what writes them knows the limit.
 */
export interface LlmShape {
  /** Describes a request; undefined when it is not of this shape. */
  request(value: ReadRecord): LlmDescription | undefined;
  /** Describes a whole response; undefined when it is not of this shape. */
  response(value: ReadRecord): LlmDescription | undefined;
  isChunk(value: ReadRecord): boolean;
  createFold(): LlmFold;
}
