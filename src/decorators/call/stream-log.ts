// What a span records of a stream: the chunks, text joined, without keeping more than the limit.
// Not the global one, which Node 20 cannot give any more where globalThis was frozen before.
import { TextDecoder } from "node:util";
import { MimeType } from "@arizeai/openinference-semantic-conventions";
import type { Captured } from "../../capture/capture.ts";
import { firstCharacters } from "../../capture/cut-text.ts";
import { jsonText } from "../../capture/json-text.ts";
import { EventText } from "../../openinference/llm/event-text.ts";
import type { LlmAnswer } from "../../openinference/llm/llm-answer.ts";

/** What is kept of the chunks: their text, or each of them where a function of the user wants them all. */
export type KeptChunks = "nothing" | "text" | "chunks";

/** Gathers the chunks of one stream as text, or as a JSON array, up to `maxLength` characters. */
export class StreamLog {
  /** Every chunk, where they are kept. */
  readonly chunks: unknown[] = [];
  /** What the chunks say of an LLM's answer. */
  readonly answer: LlmAnswer | undefined;
  readonly #keeps: KeptChunks;
  readonly #maxLength: number;
  #parts: string[] = [];
  #length = 0;
  #isText = true;
  #leftOut = 0;
  /** Of the body of a response. */
  #events: EventText | undefined;
  #isWholeBody = false;
  #decoder: InstanceType<typeof TextDecoder> | undefined;

  constructor(keeps: KeptChunks, maxLength: number, answer: LlmAnswer | undefined) {
    this.#keeps = keeps;
    this.#maxLength = maxLength;
    this.answer = answer;
  }

  add(chunk: unknown): void {
    const { answer } = this;
    const isAnswer = answer !== undefined && this.#isTaken(answer, chunk);
    if (this.#keeps === "text") {
      // Once an answer has content, that is the output, and its chunks need no log.
      if (isAnswer && answer.hasOutput) this.#forget();
      else this.#log(chunk);
    } else if (this.#keeps === "chunks") this.chunks.push(chunk);
  }

  /** Takes what is only known at the end: a body that is one JSON, which is the output as it came. */
  end(): void {
    const isWhole = this.answer?.hasOutput === false;
    for (const event of this.#events?.end() ?? []) {
      if (this.answer?.add(event) === true) this.#isWholeBody = isWhole;
    }
  }

  /** Whether the answer knows the chunk, or what a body's bytes hold. */
  #isTaken(answer: LlmAnswer, chunk: unknown): boolean {
    if (!(chunk instanceof Uint8Array)) return answer.add(chunk);
    this.#events ??= new EventText();
    let isTaken = false;
    for (const event of this.#events.add(chunk)) isTaken = answer.add(event) || isTaken;
    return isTaken || answer.hasOutput;
  }

  /** The output so far; `undefined` when nothing was read. */
  captured(): Captured | undefined {
    const answer = this.#isWholeBody ? undefined : this.answer?.output();
    if (typeof answer === "string") {
      const isCut = answer.length > this.#maxLength;
      const value = isCut ? this.#withMarker(firstCharacters(answer, this.#maxLength)) : answer;
      return { value, mimeType: MimeType.TEXT };
    }
    if (answer !== undefined) {
      return { value: jsonText(answer, this.#maxLength), mimeType: MimeType.JSON };
    }
    const rest = this.#decode();
    if (rest !== "" && this.#isText) this.#append(rest);
    if (this.#parts.length === 0 && this.#leftOut === 0) return undefined;
    if (this.#isText) {
      const text = this.#parts.join("");
      return { value: this.#leftOut > 0 ? this.#withMarker(text) : text, mimeType: MimeType.TEXT };
    }
    if (this.#leftOut > 0) this.#parts.push(`"…[cut: ${this.#leftOut} more]"`);
    return { value: `[${this.#parts.join(",")}]`, mimeType: MimeType.JSON };
  }

  #withMarker(text: string): string {
    const marker = `…[cut: limit ${this.#maxLength} characters]`;
    return firstCharacters(text, Math.max(0, this.#maxLength - marker.length)) + marker;
  }

  #forget(): void {
    this.#parts = [];
    this.#length = 0;
    this.#leftOut = 0;
  }

  #log(chunk: unknown): void {
    if (this.#length >= this.#maxLength) {
      this.#leftOut++;
      return;
    }
    if (typeof chunk === "string" && this.#isText) return this.#append(chunk);
    if (chunk instanceof Uint8Array && this.#isText) {
      const text = this.#decode(chunk);
      if (text !== undefined) return this.#append(text);
    }
    if (this.#isText) {
      this.#isText = false;
      this.#parts = this.#parts.map((part) => JSON.stringify(part));
    }
    this.#append(jsonText(chunk, Math.max(64, this.#maxLength - this.#length)));
  }

  #append(text: string): void {
    if (text === "") return;
    const room = this.#maxLength - this.#length;
    // A JSON part is within the room already, and cutting it would break it.
    const kept = this.#isText ? firstCharacters(text, room) : text;
    if (kept.length < text.length) this.#leftOut++;
    this.#parts.push(kept);
    this.#length += kept.length + (this.#isText ? 0 : 1);
  }

  /** Bytes as text, across chunk borders; `undefined` when they are no UTF-8. Without bytes: what was left over. */
  #decode(bytes: Uint8Array): string | undefined;
  #decode(): string;
  #decode(bytes?: Uint8Array): string | undefined {
    try {
      if (bytes === undefined) return this.#decoder?.decode() ?? "";
      this.#decoder ??= new TextDecoder("utf-8", { fatal: true });
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.#decoder = undefined;
      return bytes === undefined ? "" : undefined;
    }
  }
}
