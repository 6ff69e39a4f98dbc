// Memory that spans are written to one behind the other, used again once all of them are settled.

/** Large enough that a request is copied from a few slabs, each in one piece. */
export const SLAB_BYTES: number = 256 * 1024;
/** Slabs kept for use again; what a burst took beyond that is left to the garbage collector. */
const MAX_FREE = 8;

/** A buffer with the methods of Node's that write text without looking at encodings and bounds first. */
export type SlabBuffer = Buffer & {
  utf8Write(text: string, offset: number, room?: number): number;
};

/** A piece of memory, and how many have a use for it: the writer that fills it, and each span in it. */
export interface Slab {
  readonly buffer: SlabBuffer;
  /** The buffer's length: reading it from the buffer is a call, since V8 does not inline that accessor. */
  readonly capacity: number;
  users: number;
}

const free: Slab[] = [];

/** A slab with room for `bytes`, with the caller as its user. */
export function takeSlab(bytes: number): Slab {
  const slab = bytes <= SLAB_BYTES ? free.pop() : undefined;
  if (slab === undefined) return slabOf(Buffer.allocUnsafeSlow(Math.max(bytes, SLAB_BYTES)));
  slab.users = 1;
  return slab;
}

/** A slab of one message that is too long to share one, with the caller as its user. */
export function slabOf(message: Buffer): Slab {
  return { buffer: message as SlabBuffer, capacity: message.length, users: 1 };
}

/** One user less; without any, the slab's memory is written to again. */
export function leaveSlab(slab: Slab): void {
  if (--slab.users === 0 && slab.capacity === SLAB_BYTES && free.length < MAX_FREE) free.push(slab);
}
