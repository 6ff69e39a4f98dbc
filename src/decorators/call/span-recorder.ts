// One span of one call: what it records, when it ends, and that it ends once.
import { SpanStatusCode, type Attributes, type Context } from "@opentelemetry/api";
import { MimeType } from "@arizeai/openinference-semantic-conventions";
import { stopWatching, type Abandonable } from "../results/abandoned.ts";
import { cutStart, type Callable, type CallPlan } from "./call-plan.ts";
import { capture, captureArguments, type Captured } from "../../capture/capture.ts";
import { type OpenSpan, spanClosed, spanOpened } from "../../open-spans.ts";
import type { Timer } from "../../deadline.ts";
import type { InspectableSpan } from "../../openinference/inspectable-span.ts";
import { providerMaxValueLength, setMaxValueLength } from "../../openinference/value-limit.ts";
import { AutomaticAttributes, writeValue, type Direction } from "./automatic-attributes.ts";
import {
  chunkFailure,
  resultFailure,
  thrownFailure,
  writeFailure,
  type CallFailure,
} from "./call-failure.ts";
import { readCall, type CallReader } from "./call-reader.ts";
import { declaredArguments } from "./declared-arguments.ts";
import { processedAttributes } from "./processed-attributes.ts";
import { StreamLog } from "./stream-log.ts";
import { callUserCallback } from "./user-callback.ts";

const OK = { code: SpanStatusCode.OK };

/** Records one call on its span. Every method is safe to call: none throws, and after the end all do nothing. */
export class SpanRecorder implements Abandonable, OpenSpan {
  /** The context in which the function, and every step of what it streams, runs. */
  readonly context: Context;
  /** Chunks seen so far. */
  steps = 0;
  deadline: Timer | undefined = undefined;
  older: OpenSpan | undefined = undefined;
  newer: OpenSpan | undefined = undefined;
  readonly #plan: CallPlan;
  readonly #span: InspectableSpan;
  readonly #isSilent: boolean;
  /** Characters kept of one value. */
  readonly #maxLength: number;
  #reader: CallReader | undefined;
  #log: StreamLog | undefined;
  #automatic: AutomaticAttributes | undefined;
  /** What was thrown, or told by a chunk while the stream goes on. */
  #failure: CallFailure | undefined;
  #isEnded = false;

  constructor(plan: CallPlan, span: InspectableSpan, context: Context) {
    this.#plan = plan;
    this.#span = span;
    this.context = context;
    this.#isSilent = !span.isRecording();
    this.#maxLength = plan.maxLength ?? providerMaxValueLength(span);
    if (!this.#isSilent) spanOpened(this);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether the promise of the call is one that nobody has put anything on. */
  get hasBarePromise(): boolean {
    return this.#plan.isAsync;
  }

  /** Records the arguments, before the function can change them. */
  recordInput(self: unknown, args: unknown[]): void {
    const { kind, options, maxLength, longestText } = this.#plan;
    try {
      // What the program sets by hand goes by the wrapper's limit too.
      if (maxLength !== undefined) setMaxValueLength(this.#span, maxLength);
      else if (longestText > this.#maxLength) this.#span.setAttributes(cutStart(this.#plan, this.#maxLength));
      if (typeof options.attributes === "function") this.#setGiven(options.attributes, self, args);
      this.#reader = readCall(kind, args, options, this.#maxLength);
      if (options.captureInput === false) return this.#set(this.#reader?.input(false));
      if (options.processInput !== undefined) return this.#recordProcessedInput(self, args);
      this.#write("input", captureArguments(this.#declared(args), this.#maxLength));
      this.#set(this.#reader?.input(true));
    } catch {
      // Recording must never reach the traced call.
    }
  }

  /** Records a whole result and ends the span. */
  succeed(result: unknown): void {
    if (!this.#begin()) return;
    try {
      this.#recordOutput(result);
      this.#failure ??= resultFailure(this.#plan.kind, result);
    } catch {
      // Recording must never reach the traced call.
    }
    this.#end();
  }

  /** Records what was thrown and ends the span. */
  fail(error: unknown): void {
    if (!this.#begin()) return;
    this.#failure = thrownFailure(error);
    try {
      if (this.#log !== undefined) this.#recordStream();
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
      this.#failure ??= chunkFailure(this.#plan.kind, value);
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
    const { signal } = this.#plan;
    if (signal?.aborted === true) this.#failure ??= thrownFailure(signal.reason);
    this.#end();
  }

  /** Ends the span of a stream or a promise that nobody took to its end, or that the process does not wait for. */
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

  /** What is recorded of the arguments. A model's stand-in that declares none is given its request all the same. */
  #declared(args: readonly unknown[]): readonly unknown[] {
    const { declared } = this.#plan;
    return declaredArguments(args, declared === 0 && this.#reader !== undefined ? Infinity : declared);
  }

  #openLog(): StreamLog {
    const { aggregate, processOutput, captureOutput } = this.#plan.options;
    const keeps =
      captureOutput === false ? "nothing" : (aggregate ?? processOutput) === undefined ? "text" : "chunks";
    return (this.#log ??= new StreamLog(keeps, this.#maxLength, this.#reader?.createAnswer?.()));
  }

  /** Claims the end for the caller; false when there is nothing left to record. */
  #begin(): boolean {
    if (this.#isEnded) return false;
    this.#isEnded = true;
    if (!this.#isSilent) spanClosed(this);
    stopWatching(this);
    // Not recording any more: the user ended the span.
    return !this.#isSilent && this.#span.isRecording();
  }

  #end(): void {
    try {
      if (this.#failure !== undefined) writeFailure(this.#span, this.#failure, this.#maxLength);
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
    this.#set(this.#reader?.input(false));
    this.#writeProcessed(
      "input",
      () => Reflect.apply(options.processInput as Callable, self, args),
      (value) => readCall(kind, [value], options, this.#maxLength)?.input(true),
    );
  }

  /** Records a result, or what was gathered of a stream, whose answer may have been read from the chunks already. */
  #recordOutput(result: unknown, answer?: Attributes): void {
    const { captureOutput, processOutput } = this.#plan.options;
    const hasContent = captureOutput !== false && processOutput === undefined;
    if (hasContent) this.#write("output", capture(result, this.#maxLength));
    this.#set(answer ?? this.#reader?.output(result, hasContent));
    if (processOutput !== undefined && captureOutput !== false) {
      this.#recordProcessedOutput(processOutput, result);
    }
  }

  #recordProcessedOutput(processOutput: (result: unknown) => unknown, result: unknown): void {
    this.#writeProcessed(
      "output",
      () => processOutput(result),
      (value) => this.#reader?.output(value, true),
    );
  }

  #recordStream(): void {
    const { aggregate, processOutput, captureOutput } = this.#plan.options;
    const log = this.#openLog();
    log.end();
    const answer = log.answer?.attributes(captureOutput !== false && processOutput === undefined);
    if (captureOutput === false) return this.#set(answer);
    if (aggregate !== undefined) {
      const gathered = this.#callback("aggregate", "Its output is missing", () => aggregate(log.chunks));
      if (!gathered.ok) return this.#writePlaceholder("output", "aggregate");
      return this.#recordOutput(gathered.value, answer);
    }
    if (processOutput !== undefined) return this.#recordOutput(log.chunks, answer);
    this.#write("output", log.captured());
    this.#set(answer);
  }

  /** Records what a processor gave in place of the raw value, and the attributes of its kind read from that. */
  #writeProcessed(
    direction: Direction,
    process: () => unknown,
    kindAttributes: (value: unknown) => Attributes | undefined,
  ): void {
    const option = direction === "input" ? "processInput" : "processOutput";
    const processed = this.#callback(option, "A placeholder was recorded, not the raw value", process);
    if (!processed.ok) return this.#writePlaceholder(direction, option);
    const { value } = processed;
    const attributes = processedAttributes(value, this.#maxLength);
    if (attributes !== undefined) return this.#set(attributes);
    this.#write(direction, capture(value, this.#maxLength));
    this.#set(kindAttributes(value));
  }

  #writePlaceholder(direction: Direction, option: string): void {
    this.#write(direction, { value: `[${option} failed]`, mimeType: MimeType.TEXT });
  }

  #callback(option: string, instead: string, callback: () => unknown): ReturnType<typeof callUserCallback> {
    return callUserCallback(option, this.#plan.name, instead, callback);
  }

  #write(direction: Direction, captured: Captured | undefined): void {
    if (captured !== undefined) writeValue(this.#span, direction, captured);
  }

  #set(attributes: Attributes | undefined): void {
    if (attributes === undefined) return;
    this.#automatic ??= new AutomaticAttributes(this.#span);
    this.#automatic.set(attributes);
  }
}
