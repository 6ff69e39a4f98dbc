// Web streams, of Node's class, of a subclass or of a polyfill: watched on the object itself, by whichever way it is read.
import { overlay, type Member, type Members } from "./overlay.ts";
import { relayOf } from "./stream-relay.ts";
import type { Watchers } from "./watchers.ts";

/** Chunks as the span sees them; the AI SDK's base stream wraps its parts. */
export type ReadChunk = (chunk: unknown) => unknown;

/** How far the furthest branch of a stream was read, and how many branches may still be. */
interface Progress {
  chunks: number;
  branches: number;
}

/** A reader, or an iterator: whatever gives one chunk after the other. */
interface Steps {
  /** The member that gives the next chunk. */
  readonly next: "read" | "next";
  /** The member that gives up the stream. */
  readonly leave: "cancel" | "return";
  /** Whether leaving keeps the stream readable. */
  readonly keepsStream: boolean;
  /** Whether chunks stand in a buffer that the reader hands over again and again. */
  readonly isLent: boolean;
}

/** Whether `value` is a readable web stream. */
export function isWebStream(value: object): value is ReadableStream {
  if (!("getReader" in value)) return false;
  const { getReader, tee, cancel } = value as Record<string, unknown>;
  return [getReader, tee, cancel].every((member) => typeof member === "function");
}

const asIs: ReadChunk = (chunk) => chunk;

/** Lets the spans wait for `stream`, which stays as it is: nothing is read ahead and nothing is locked. */
export function watchWebStream(
  watchers: Watchers,
  stream: ReadableStream,
  readChunk: ReadChunk = asIs,
): ReadableStream {
  return overlay(stream, new WatchedStream(watchers, stream, readChunk).members());
}

class WatchedStream {
  readonly #watchers: Watchers;
  readonly #stream: ReadableStream;
  readonly #readChunk: ReadChunk;
  readonly #progress: Progress;
  #chunks: number;
  /** The way that was opened last. A way may be built on another one, which is opened later: that one counts. */
  #way: object | undefined;

  constructor(watchers: Watchers, stream: ReadableStream, readChunk: ReadChunk, from?: WatchedStream) {
    this.#watchers = watchers;
    this.#stream = stream;
    this.#readChunk = readChunk;
    this.#progress = from === undefined ? { chunks: 0, branches: 1 } : from.#progress;
    this.#chunks = from === undefined ? 0 : from.#chunks;
  }

  /** What stands in for the stream's own members. */
  members(): Members {
    const members: Members = new Map();
    const replace = (key: PropertyKey, create: (original: Member) => Member): void => {
      const original: unknown = Reflect.get(this.#stream, key);
      if (typeof original === "function") members.set(key, create(original as Member));
    };
    replace("getReader", (original) => (...args) => {
      const isLent = (args[0] as { mode?: unknown } | undefined)?.mode === "byob";
      return this.#open(original, args, { next: "read", leave: "cancel", keepsStream: false, isLent });
    });
    for (const key of ["values", Symbol.asyncIterator]) {
      replace(key, (original) => (...args) => {
        const keepsStream = (args[0] as { preventCancel?: unknown } | undefined)?.preventCancel === true;
        return this.#open(original, args, { next: "next", leave: "return", keepsStream, isLent: false });
      });
    }
    replace(
      "tee",
      (original) =>
        (...args) =>
          this.#split(original, args),
    );
    replace("cancel", (original) => (...args) => {
      const result = this.#call(original, args);
      this.#leave();
      return result;
    });
    const getReader = members.get("getReader") as Member;
    for (const key of ["pipeTo", "pipeThrough"]) {
      replace(
        key,
        (original) =>
          (...args) =>
            this.#pipe(key, original, args, getReader),
      );
    }
    return members;
  }

  #call(original: Member, args: unknown[]): unknown {
    return this.#watchers.run(() => Reflect.apply(original, this.#stream, args));
  }

  /** Opens a way to read the stream, and watches what it gives. */
  #open(original: Member, args: unknown[], steps: Steps): unknown {
    if (this.#watchers.isDone) return Reflect.apply(original, this.#stream, args);
    const before = this.#way;
    const opened = this.#call(original, args);
    // A stream may be its own iterator, and a subclass's way may have opened one of ours.
    if (typeof opened !== "object" || opened === null || opened === this.#stream) return opened;
    return this.#way === before ? this.#watchSteps(opened, steps) : opened;
  }

  #watchSteps(opened: object, steps: Steps): object {
    const way = (this.#way = {});
    let isReleased = false;
    const take = (step: { done?: unknown; value?: unknown } | undefined): unknown => {
      if (step?.done === true) this.#watchers.endStream();
      else if (this.#way === way) this.#take(step?.value, steps.isLent);
      return step;
    };
    const refuse = (error: unknown): never => {
      // A reader that let go of the stream has its open requests refused; the stream goes on.
      if (!isReleased) this.#watchers.fail(error);
      throw error;
    };
    const originals = opened as Record<string, unknown>;
    const { [steps.next]: next, [steps.leave]: leave, releaseLock } = originals;
    const members: Members = new Map();
    const call = (original: unknown, args: unknown[]): unknown =>
      this.#watchers.run(() => Reflect.apply(original as Member, opened, args));
    members.set(steps.next, (...args) => {
      if (this.#watchers.isDone) return Reflect.apply(next as Member, opened, args);
      return (call(next, args) as Promise<never>).then(take, refuse);
    });
    members.set(steps.leave, (...args) => {
      const result =
        typeof leave === "function" ? call(leave, args) : Promise.resolve({ done: true, value: args[0] });
      if (!steps.keepsStream) this.#leave();
      return result;
    });
    if (typeof releaseLock === "function") {
      members.set("releaseLock", (...args) => {
        isReleased = true;
        return Reflect.apply(releaseLock, opened, args);
      });
    }
    return overlay(opened, members);
  }

  /** Takes a chunk, unless another branch brought it already. */
  #take(chunk: unknown, isLent: boolean): void {
    if (++this.#chunks <= this.#progress.chunks) return;
    this.#progress.chunks = this.#chunks;
    this.#watchers.chunk(this.#readChunk(isLent && chunk instanceof Uint8Array ? chunk.slice() : chunk));
  }

  /** This branch is given up; the span waits for the others. */
  #leave(): void {
    if (--this.#progress.branches === 0) this.#watchers.endStream();
  }

  #split(original: Member, args: unknown[]): unknown {
    if (this.#watchers.isDone) return Reflect.apply(original, this.#stream, args);
    const before = this.#way;
    const branches = this.#call(original, args) as ReadableStream[];
    if (this.#way !== before) return branches;
    this.#progress.branches += branches.length - 1;
    return branches.map((branch) =>
      overlay(branch, new WatchedStream(this.#watchers, branch, this.#readChunk, this).members()),
    );
  }

  /** Piping reads the stream behind its members: a relay, which reads it by them, is piped in its place. */
  #pipe(key: string, original: Member, args: unknown[], getReader: Member): unknown {
    const stream = this.#stream;
    if (this.#watchers.isDone || stream.locked) return Reflect.apply(original, stream, args);
    const { relay, release } = relayOf(stream, () => getReader() as ReadableStreamDefaultReader);
    const result: unknown = this.#watchers.run(() =>
      Reflect.apply(Reflect.get(relay, key) as Member, relay, args),
    );
    if (key === "pipeThrough") return result;
    const keepsStream = (args[1] as { preventCancel?: unknown } | undefined)?.preventCancel === true;
    const settle = (): void => {
      release();
      if (!keepsStream) this.#watchers.endStream();
    };
    return (result as Promise<unknown>).then(
      (value) => {
        settle();
        return value;
      },
      (error: unknown) => {
        settle();
        throw error;
      },
    );
  }
}
