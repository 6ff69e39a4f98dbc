// Cutting a span that is too large for a request.
import type { Item } from "./batch.ts";
import type { Cut } from "./delivery-messages.ts";

/** What a span was shortened to, and which values it cost. */
export interface Shrunk<T extends Item> {
  readonly item: T;
  readonly cuts: readonly Cut[];
}

/** Shortens a span to `maxBytes`; `undefined` when that is not possible. */
export type Shrink<T extends Item> = (item: T, maxBytes: number) => Shrunk<T> | undefined;

/** A `shrink` that never throws: a span that cannot be cut is sent as it is. */
export function guardedShrink<T extends Item>(shrink: Shrink<T> = () => undefined): Shrink<T> {
  return (item, maxBytes) => {
    try {
      return shrink(item, maxBytes);
    } catch {
      return undefined;
    }
  };
}
