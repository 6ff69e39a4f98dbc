// The spans that wait for one object to end, and the object itself changed once however many wait.
import { context } from "@opentelemetry/api";
import { watchAbandoned } from "./abandoned.ts";
import type { SpanRecorder } from "../call/span-recorder.ts";

/** The recorders of one returned object: a memoised result, or nested wrappers, give it several. */
export class Watchers {
  readonly #trunk: Watchers | undefined;
  #recorders: SpanRecorder[] = [];
  #pruneAt = 16;
  #stepsInFlight = 0;
  /** The first way to bring a chunk: what others bring of the same object is the same again. */
  #way: Watchers | undefined;

  /** With `trunk`: one of several ways to read the object that `trunk` waits for. */
  constructor(trunk?: Watchers) {
    this.#trunk = trunk;
  }

  get isDone(): boolean {
    for (const recorder of this.recorders) if (!recorder.isEnded) return false;
    return true;
  }

  get recorders(): readonly SpanRecorder[] {
    return this.#trunk === undefined ? this.#recorders : this.#trunk.recorders;
  }

  /** Whether the object is at work for a reader: what it reads of itself meanwhile is no use of it by others. */
  get isInStep(): boolean {
    return this.#root.#stepsInFlight > 0;
  }

  /** Whether a chunk was read. */
  get hasChunks(): boolean {
    return this.#root.#way !== undefined;
  }

  get #root(): Watchers {
    return this.#trunk === undefined ? this : this.#trunk.#root;
  }

  add(recorder: SpanRecorder): void {
    if (this.#recorders.includes(recorder)) return;
    if (this.#recorders.length >= this.#pruneAt) {
      this.#recorders = this.#recorders.filter((other) => !other.isEnded);
      this.#pruneAt = Math.max(16, this.#recorders.length * 2);
    }
    this.#recorders.push(recorder);
  }

  /** Runs one step of the object in the context of the innermost span that still waits. */
  run<Args extends unknown[], Result>(step: (...args: Args) => Result, ...args: Args): Result {
    for (const recorder of this.recorders) {
      if (!recorder.isEnded) return context.with(recorder.context, step, undefined, ...args);
    }
    return step(...args);
  }

  stepStarted(): void {
    this.#root.#stepsInFlight++;
  }

  stepEnded(): void {
    this.#root.#stepsInFlight--;
  }

  chunk(value: unknown): void {
    const root = this.#root;
    root.#way ??= this;
    if (root.#way !== this) return;
    for (const recorder of root.#recorders) recorder.chunk(value);
  }

  endStream(returned?: unknown): void {
    for (const recorder of this.recorders) recorder.endStream(returned);
  }

  succeed(result: unknown): void {
    for (const recorder of this.recorders) recorder.succeed(result);
  }

  fail(error: unknown): void {
    for (const recorder of this.recorders) recorder.fail(error);
  }
}

/** Changes an object so that `watchers` learn how it is used; gives it, or what stands in for it. */
export type Change = (watchers: Watchers) => object;

const watched = new WeakMap<object, { watchers: Watchers; object: object }>();

/**
 * Lets `recorder` wait for `object`. The first time `change` alters the object (or gives what stands in for it);
 * after that only the list of recorders grows.
 */
export function watch(recorder: SpanRecorder, object: object, change: Change): object {
  let entry = watched.get(object);
  if (entry === undefined) {
    const watchers = new Watchers();
    watchers.add(recorder);
    entry = { watchers, object: change(watchers) };
    watched.set(object, entry);
    // What stands in for an object is what the caller holds, and what it may wrap again.
    if (entry.object !== object) watched.set(entry.object, entry);
  } else {
    entry.watchers.add(recorder);
  }
  watchAbandoned(entry.object, recorder);
  return entry.object;
}
