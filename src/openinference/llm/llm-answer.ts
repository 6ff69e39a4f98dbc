// The streamed answer of one LLM call: its chunks folded into the text and the attributes of a whole one.
import type { Attributes } from "@opentelemetry/api";
import { jsonBodyOf } from "../json-body.ts";
import { asRecord, guarded, type ReadRecord } from "../read-value.ts";
import type { LlmDescription } from "./llm-description.ts";
import { readAnswer } from "./llm-response.ts";
import type { LlmFold, LlmShape } from "./llm-shape.ts";
import { LLM_SHAPES } from "./llm-shapes.ts";
import { joinTurns, outputOf, textOf } from "./llm-turns.ts";

/** Bedrock's InvokeModelWithResponseStream has the chunks of the model's maker as JSON in bytes. */
function invokedChunk(record: ReadRecord | undefined): ReadRecord | undefined {
  const bytes = record && "chunk" in record ? asRecord(record["chunk"])?.["bytes"] : undefined;
  return bytes instanceof Uint8Array ? jsonBodyOf({ body: bytes }) : record;
}

/** Writes what `read` describes; `undefined` where that is nothing. */
type WriteAnswer = (read: () => LlmDescription | undefined, hasContent: boolean) => Attributes | undefined;

/**
 * Folds chunks; keeps the text, not the chunks. The first chunk that has a shape decides for the stream. A stream may hold
 * several answers, and whole ones in place of chunks: an agent's loop gives one for each turn. Never throws.
 */
export class LlmAnswer {
  readonly #isRequestKnown: boolean;
  readonly #write: WriteAnswer;
  #shape: LlmShape | undefined;
  /** Of the answer whose chunks come now. */
  #fold: LlmFold | undefined;
  /** The answers before that one. */
  readonly #turns: LlmDescription[] = [];
  /** Of a stream of bare texts. */
  #text: string | undefined;

  constructor(isRequestKnown: boolean, write: WriteAnswer) {
    this.#isRequestKnown = isRequestKnown;
    this.#write = write;
  }

  /** Whether there is content that stands for the chunks taken so far. */
  get hasOutput(): boolean {
    return this.#text !== undefined || this.#turns.length > 0 || this.#fold?.hasOutput() === true;
  }

  /** Takes one chunk; false when it has no known shape. */
  add(chunk: unknown): boolean {
    if (typeof chunk === "string" && this.#fold === undefined && this.#isRequestKnown) {
      this.#text = (this.#text ?? "") + chunk;
      return true;
    }
    try {
      const record = invokedChunk(asRecord(chunk));
      if (record === undefined || this.#text !== undefined) return false;
      const shape = this.#shape ?? LLM_SHAPES.find((candidate) => candidate.isChunk(record));
      if (shape?.isChunk(record) !== true) return this.#addWhole(record);
      this.#shape = shape;
      if (this.#fold?.isNext?.(record) === true) this.#endTurn();
      this.#fold ??= shape.createFold();
      this.#fold.add(record);
      return true;
    } catch {
      return false;
    }
  }

  /** The answer's visible text so far, undefined when there is none: an agent's is that of its last turn with a text. */
  text(): string | undefined {
    const text = this.#text ?? guarded(() => this.#fold?.text());
    return text ?? guarded(() => this.#turns.map(textOf).findLast((each) => each !== undefined));
  }

  /** What stands for the answer in place of its chunks: its text, else its tool calls, else its content. */
  output(): unknown {
    const text = this.text();
    if (text !== undefined || !this.hasOutput) return text;
    return guarded(() => outputOf(this.#describe()));
  }

  /** Attributes of the answer so far, undefined when no chunk was recognised. */
  attributes(hasContent = true): Attributes | undefined {
    return this.#write(() => this.#describe(), hasContent);
  }

  /** A whole answer ends the one whose chunks it was made from, or is one itself. */
  #addWhole(record: ReadRecord): boolean {
    const whole = readAnswer(record);
    if (whole === undefined || !("outputMessages" in whole)) return false;
    if (this.#fold?.hasOutput() === true) this.#endTurn();
    else this.#turns.push(whole);
    return true;
  }

  #endTurn(): void {
    const turn = this.#fold && this.#shape?.response(this.#fold.result());
    if (turn !== undefined) this.#turns.push(turn);
    this.#fold = undefined;
  }

  #describe(): LlmDescription | undefined {
    if (this.#text !== undefined) return { outputMessages: [{ role: "assistant", content: this.#text }] };
    const last = this.#fold && this.#shape?.response(this.#fold.result());
    return joinTurns(last === undefined ? this.#turns : [...this.#turns, last]);
  }
}
