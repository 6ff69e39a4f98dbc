// The streamed answer of one LLM call: its chunks folded into the text and the attributes of a whole one.
import type { Attributes } from "@opentelemetry/api";
import { asRecord, guarded } from "../read-value.ts";
import type { LlmDescription } from "./llm-description.ts";
import type { LlmFold, LlmShape } from "./llm-shape.ts";
import { LLM_SHAPES } from "./llm-shapes.ts";

/** Writes what `read` describes; `undefined` where that is nothing. */
type WriteAnswer = (read: () => LlmDescription | undefined, hasContent: boolean) => Attributes | undefined;

/** Folds chunks; keeps the text, not the chunks. The first chunk that has a shape decides for the stream. Never throws. */
export class LlmAnswer {
  readonly #isRequestKnown: boolean;
  readonly #write: WriteAnswer;
  #shape: LlmShape | undefined;
  #fold: LlmFold | undefined;
  /** Of a stream of bare texts. */
  #text: string | undefined;

  constructor(isRequestKnown: boolean, write: WriteAnswer) {
    this.#isRequestKnown = isRequestKnown;
    this.#write = write;
  }

  /** Takes one chunk; false when it has no known shape. */
  add(chunk: unknown): boolean {
    if (typeof chunk === "string" && this.#fold === undefined && this.#isRequestKnown) {
      this.#text = (this.#text ?? "") + chunk;
      return true;
    }
    try {
      const record = asRecord(chunk);
      if (record === undefined || this.#text !== undefined) return false;
      this.#shape ??= LLM_SHAPES.find((candidate) => candidate.isChunk(record));
      if (this.#shape?.isChunk(record) !== true) return false;
      this.#fold ??= this.#shape.createFold();
      this.#fold.add(record);
      return true;
    } catch {
      return false;
    }
  }

  /** The answer's visible text so far, undefined when there is none. */
  text(): string | undefined {
    return this.#text ?? guarded(() => this.#fold?.text());
  }

  /** Attributes of the answer so far, undefined when no chunk was recognised. */
  attributes(hasContent = true): Attributes | undefined {
    return this.#write(() => this.#describe(), hasContent);
  }

  #describe(): LlmDescription | undefined {
    if (this.#text !== undefined) return { outputMessages: [{ role: "assistant", content: this.#text }] };
    return this.#fold && this.#shape?.response(this.#fold.result());
  }
}
