// Results whose getters split one lazy stream: the AI SDK's `streamText` and `streamObject`, and a program's own like them.
import { ClassMembers, isGetter } from "./class-members.ts";
import { overlayGetters } from "./overlay.ts";
import type { Watchers } from "./watchers.ts";
import type { WatchGiven } from "./ways-out.ts";
import { isWebStream, watchWebStream, type ReadChunk } from "./web-stream.ts";

/** Getters that give a stream. They start something: they are found by name and not read. */
const streamGetters = new ClassMembers((key, descriptor) => isGetter(descriptor) && /stream$/i.test(key));

/** Such getters as a literal may have: most literals have none of them, which is told by a glance. */
const hasFamiliar = (value: object): boolean =>
  "textStream" in value || "fullStream" in value || "partialObjectStream" in value || "stream" in value;

const NONE: readonly string[] = [];

/** The getters of `value` that give a stream. */
export function streamGettersOf(value: object, isPlain: boolean): readonly string[] {
  if (!isPlain) return streamGetters.of(value);
  return hasFamiliar(value) ? streamGetters.ownOf(value) : NONE;
}

/** Chunks of the AI SDK's base stream hold the part beside what was made of it so far. */
const readPart: ReadChunk = (chunk) =>
  typeof chunk === "object" && chunk !== null && "part" in chunk ? chunk.part : chunk;

/** The streams that an object holds, which its getters split. */
function heldStreams(value: object): ReadableStream[] {
  return Object.values(Object.getOwnPropertyDescriptors(value)).flatMap(
    ({ value: held }: { value?: unknown }): ReadableStream[] =>
      typeof held === "object" && held !== null && isWebStream(held) && !held.locked ? [held] : [],
  );
}

/** Watches the one stream below, or, where that is private, what the getters give. The object stays the same. */
export function watchTeedResult(
  watchers: Watchers,
  result: object,
  getters: readonly string[],
  watchGiven: WatchGiven,
): object {
  const [held, ...others] = heldStreams(result);
  if (held !== undefined && others.length === 0) watchWebStream(watchers, held, readPart);
  else overlayGetters(result, getters, (value) => watchGiven(watchers, value));
  return result;
}
