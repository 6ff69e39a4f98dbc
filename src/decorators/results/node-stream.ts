// Node's own readable streams: seen as they are produced, without starting them.
import { errorMonitor, type EventEmitter } from "node:events";
import type { SpanRecorder } from "../call/span-recorder.ts";
import { overlay, type Member } from "./overlay.ts";
import { watch } from "./watchers.ts";

type NodeStream = EventEmitter & { push: Member; readableEnded?: boolean; destroyed?: boolean };

/** Whether `value` is a readable stream of Node, of whichever copy of its class. */
export function isNodeStream(value: object): value is NodeStream {
  const { push, pipe, on, read } = value as Record<string, unknown>;
  return [push, pipe, on, read].every((member) => typeof member === "function");
}

/** Ends the span when the stream closes; `errorMonitor` sees an error without counting as its handler. */
export function observeNodeStream(recorder: SpanRecorder, stream: NodeStream): object {
  if (stream.destroyed === true || stream.readableEnded === true) {
    recorder.endStream();
    return stream;
  }
  const { push } = stream;
  return watch(recorder, stream, (watchers) => {
    stream.once("end", () => watchers.endStream());
    stream.once("close", () => watchers.endStream());
    stream.once(errorMonitor, (error) => watchers.fail(error));
    const observed: Member = (...args) => {
      if (args[0] !== null) watchers.chunk(args[0]);
      return Reflect.apply(push, stream, args);
    };
    return overlay(stream, new Map([["push", observed]]));
  });
}
