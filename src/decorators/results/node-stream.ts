// Node's own readable streams: seen as they are read, without starting them.
import { overlay, type Member } from "./overlay.ts";
import type { Watchers } from "./watchers.ts";

/** A readable stream of Node, of whichever copy of its class. */
export interface NodeStream {
  emit: Member;
  readonly errored?: unknown;
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
}

/** Whether `value` is a readable stream of Node. */
export function isNodeStream(value: object): value is NodeStream {
  if (!("pipe" in value)) return false;
  const { push, pipe, on, read, emit } = value as Record<string, unknown>;
  return [push, pipe, on, read, emit].every((member) => typeof member === "function");
}

/** Whether it can still be read; an HTTP response that a client read already holds its body. */
export const isReadable = (stream: NodeStream): boolean =>
  stream.destroyed !== true && stream.readableEnded !== true && !Object.hasOwn(stream, "rawBody");

/**
 * Sees the events as the stream emits them, whoever listens: every way of reading one makes it emit `data`. Nobody is
 * added to its listeners, so a stream that nobody reads stays paused and an error that nobody handles stays one.
 */
export function watchNodeStream(watchers: Watchers, stream: NodeStream): object {
  const { emit } = stream;
  const observed: Member = (...args) => {
    const [event, value] = args;
    if (event === "data") watchers.chunk(value);
    else if (event === "error") watchers.fail(value);
    else if (event === "end") watchers.endStream();
    else if (event === "close") {
      // Not every stream emits the error that closed it.
      const { errored } = stream;
      if (errored === undefined || errored === null) watchers.endStream();
      else watchers.fail(errored);
    }
    return Reflect.apply(emit, stream, args);
  };
  return overlay(stream, new Map([["emit", observed]]));
}
