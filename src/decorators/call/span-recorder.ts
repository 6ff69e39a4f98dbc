// One span of one call: what it records, when it ends, and that it ends once.
import { SpanStatusCode, type Attributes, type AttributeValue, type Context } from "@opentelemetry/api";
import {
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  MimeType,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
} from "@arizeai/openinference-semantic-conventions";
import { stopWatching, type Abandonable } from "../results/abandoned.ts";
import type { Callable, CallPlan } from "./call-plan.ts";
import { capture, captureArguments, type Captured } from "../../capture/capture.ts";
import { maxValueLength } from "../../capture/max-value-length.ts";
import { cutText } from "../../capture/cut-text.ts";
import { recordFailure } from "../../openinference/failure.ts";
import { isContentFree, readCall, type CallReader } from "./call-reader.ts";
import { listName } from "../../openinference/list-name.ts";
import { StreamLog } from "./stream-log.ts";
import { callUserCallback } from "./user-callback.ts";
import type { ReadableSpan } from "../../openinference/user-values.ts";

const KEYS = {
  input: { value: INPUT_VALUE, mimeType: INPUT_MIME_TYPE, option: "processInput" },
  output: { value: OUTPUT_VALUE, mimeType: OUTPUT_MIME_TYPE, option: "processOutput" },
} as const;

type Direction = keyof typeof KEYS;

const OK = { code: SpanStatusCode.OK };

/** Records one call on its span. Every method is safe to call: none throws, and after the end all do nothing. */
export class SpanRecorder implements Abandonable {
  /** The context in which the function, and every step of what it streams, runs. */
  readonly context: Context;
  /** Chunks seen so far. */
  steps = 0;
  deadline: NodeJS.Timeout | undefined = undefined;
  readonly #plan: CallPlan;
  readonly #span: ReadableSpan;
  readonly #isSilent: boolean;
  #reader: CallReader | undefined;
  #log: StreamLog | undefined;
  /** What was set here, which may be set again: a response's model takes the place of the request's. */
  #own: Map<string, AttributeValue> | undefined;
  #isEnded = false;

  constructor(plan: CallPlan, span: ReadableSpan, context: Context) {
    this.#plan = plan;
    this.#span = span;
    this.context = context;
    this.#isSilent = !span.isRecording();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Records the arguments, before the function can change them. */
  recordInput(self: unknown, args: unknown[]): void {
    const { kind, options } = this.#plan;
    try {
      if (typeof options.attributes === "function") this.#setGiven(options.attributes, self, args);
      this.#reader = readCall(kind, args, options);
      if (options.captureInput === false) return this.#set(this.#reader?.input, true);
      if (options.processInput !== undefined) return this.#recordProcessedInput(self, args);
      this.#write("input", captureArguments(args, this.#limit()));
      this.#set(this.#reader?.input);
    } catch {
      // Recording must never reach the traced call.
    }
  }

  /** Records a whole result and ends the span. */
  succeed(result: unknown): void {
    if (!this.#begin()) return;
    try {
      this.#recordOutput(result);
    } catch {
      // Recording must never reach the traced call.
    }
    this.#end();
  }

  /** Records what was thrown and ends the span. */
  fail(error: unknown): void {
    if (!this.#begin()) return;
    try {
      if (this.#log !== undefined) this.#recordStream();
      recordFailure(this.#span, error, this.#limit());
    } catch {
      // Recording must never reach the traced call.
    }
    this.#end();
  }

  /** Takes one chunk of a streamed result. */
  chunk(value: unknown): void {
    if (this.#isEnded) return;
    this.steps++;
    if (this.#isSilent) return;
    try {
      this.#openLog().add(value);
    } catch {
      // Recording must never reach the traced call.
    }
  }

  /** Ends the span of a stream that ended, was returned early or was cancelled; a generator may give a result. */
  endStream(returned?: unknown): void {
    if (!this.#begin()) return;
    try {
      if (this.#log === undefined && returned !== undefined) this.#recordOutput(returned);
      else this.#recordStream();
    } catch {
      // Recording must never reach the traced call.
    }
    this.#end();
  }

  /** Ends the span of a stream or a lazy promise that nobody took to its end. */
  abandon(): void {
    if (!this.#begin()) return;
    try {
      this.#span.setAttribute("stream.abandoned", true);
      if (this.#log !== undefined) this.#recordStream();
    } catch {
      // Recording must never reach the traced call.
    }
    this.#end();
  }

  #limit(): number {
    return this.#plan.options.maxValueLength ?? maxValueLength();
  }

  #openLog(): StreamLog {
    const { aggregate, processOutput, captureOutput } = this.#plan.options;
    this.#log ??= new StreamLog({
      keepsChunks: captureOutput !== false && (aggregate ?? processOutput) !== undefined,
      maxLength: this.#limit(),
      llm: this.#reader?.createStream?.(),
    });
    return this.#log;
  }

  /** Claims the end for the caller; false when there is nothing left to record. */
  #begin(): boolean {
    if (this.#isEnded) return false;
    this.#isEnded = true;
    stopWatching(this);
    // Not recording any more: the user ended the span.
    return !this.#isSilent && this.#span.isRecording();
  }

  #end(): void {
    try {
      if (this.#span.status.code === SpanStatusCode.UNSET) this.#span.setStatus(OK);
      this.#span.end();
    } catch {
      // Nor may a span processor reach it.
    }
  }

  // The branches with callbacks stand apart: closures would cost every call, taken or not.

  #setGiven(attributes: (...args: unknown[]) => Attributes, self: unknown, args: unknown[]): void {
    const given = this.#callback("attributes", "Its attributes are missing", () =>
      Reflect.apply(attributes, self, args),
    );
    if (given.ok) this.#span.setAttributes(given.value as Attributes);
  }

  #recordProcessedInput(self: unknown, args: unknown[]): void {
    const { kind, options } = this.#plan;
    this.#set(this.#reader?.input, true);
    this.#writeProcessed(
      "input",
      () => Reflect.apply(options.processInput as Callable, self, args),
      (value) => readCall(kind, [value], options)?.input,
    );
  }

  #recordOutput(result: unknown, attributes = this.#reader?.output(result)): void {
    const { captureOutput, processOutput } = this.#plan.options;
    if (captureOutput === false) return this.#set(attributes, true);
    if (processOutput !== undefined) return this.#recordProcessedOutput(processOutput, result, attributes);
    this.#write("output", capture(result, this.#limit()));
    this.#set(attributes);
  }

  #recordProcessedOutput(
    processOutput: (result: unknown) => unknown,
    result: unknown,
    attributes: Attributes | undefined,
  ): void {
    this.#set(attributes, true);
    this.#writeProcessed(
      "output",
      () => processOutput(result),
      (value) => this.#reader?.output(value),
    );
  }

  #recordStream(): void {
    const { aggregate, processOutput, captureOutput } = this.#plan.options;
    const log = this.#openLog();
    const attributes = log.attributes();
    if (captureOutput === false) return this.#set(attributes, true);
    if (aggregate !== undefined) {
      const gathered = this.#callback("aggregate", "Its output is missing", () => aggregate(log.chunks));
      if (!gathered.ok) return this.#writePlaceholder("output", "aggregate");
      return this.#recordOutput(gathered.value, attributes ?? this.#reader?.output(gathered.value));
    }
    if (processOutput !== undefined) return this.#recordOutput(log.chunks, attributes);
    this.#write("output", log.captured());
    this.#set(attributes);
  }

  /** Records what a processor gave in place of the raw value, and the attributes of its kind read from that. */
  #writeProcessed(
    direction: Direction,
    process: () => unknown,
    kindAttributes: (value: unknown) => Attributes | undefined,
  ): void {
    const { option } = KEYS[direction];
    const processed = this.#callback(option, "A placeholder was recorded, not the raw value", process);
    if (!processed.ok) return this.#writePlaceholder(direction, option);
    const { value } = processed;
    if (isAttributeObject(value)) return this.#set(value, false);
    this.#write(direction, capture(value, this.#limit()));
    this.#set(kindAttributes(value));
  }

  #writePlaceholder(direction: Direction, option: string): void {
    this.#write(direction, { value: `[${option} failed]`, mimeType: MimeType.TEXT });
  }

  #callback(option: string, instead: string, callback: () => unknown): ReturnType<typeof callUserCallback> {
    return callUserCallback(option, this.#plan.name, instead, callback);
  }

  #write(direction: Direction, captured: Captured | undefined): void {
    if (captured === undefined) return;
    const { value, mimeType } = KEYS[direction];
    const { attributes } = this.#span;
    if (attributes[value] !== undefined) return;
    this.#span.setAttribute(value, captured.value);
    if (attributes[mimeType] === undefined) this.#span.setAttribute(mimeType, captured.mimeType);
  }

  /** Sets automatic attributes where the user set none: a list the user wrote any item of stays theirs. */
  #set(attributes: Attributes | undefined, contentFreeOnly = false): void {
    if (attributes === undefined) return;
    const own = (this.#own ??= new Map());
    const theirs = new Set<string>();
    for (const [key, value] of Object.entries(this.#span.attributes)) {
      if (own.get(key) !== value) theirs.add(listName(key) ?? key);
    }
    const limit = this.#limit();
    for (const [key, value] of Object.entries(attributes)) {
      const name = listName(key) ?? key;
      if (value === undefined || theirs.has(name) || (contentFreeOnly && !isContentFree(key))) continue;
      this.#span.setAttribute(key, bounded(value, limit));
      // As the span holds it: its own limits may have cut the value.
      const kept = this.#span.attributes[key];
      if (kept !== undefined) own.set(key, kept);
    }
  }
}

const bounded = (value: AttributeValue, limit: number): AttributeValue =>
  typeof value === "string" ? cutText(value, limit) : value;

/** A processor's way to give attributes: a plain object whose keys all hold a dot. */
const isAttributeObject = (value: unknown): value is Attributes => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.includes("."));
};
