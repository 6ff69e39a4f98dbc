// The way of what is printed to stderr: one that is closed, full or without a reader costs the lines and nothing else.
import type * as FileSystem from "node:fs";
import { setTimer, type Timer } from "./deadline.ts";
import { nextTurn } from "./real-time.ts";

/** The file descriptor, whatever `process.stderr` is. */
const STDERR = 2;
/** What a full pipe may keep waiting; newer lines are lost. */
const MAX_WAITING_BYTES = 64 * 1024;
/** How long a full pipe is waited for, until it takes again: its reader may just be slow. */
const PATIENCE_MILLIS = 100;
const STEP_MILLIS = 5;
const RETRY_MILLIS = 250;

/**
 * Runs `print`, which prints by the program's console. A stream that cannot write tells everybody who listens to it, and
 * throws where nobody does: so what arrives at `process.stderr` meanwhile is written past it. Never throws.
 */
export function printing(print: () => void): void {
  try {
    const stderr = typeof process === "undefined" ? undefined : process.stderr;
    if (stderr === undefined) print();
    else if (stderr.fd !== STDERR || Object.hasOwn(stderr, "write")) printGuarded(stderr, print);
    else printPast(stderr, print);
  } catch {
    // A console that throws is the program's business, not a reason to break it.
  }
}

function printPast(stderr: NodeJS.WriteStream, print: () => void): void {
  const write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    const encoding = rest.find((each) => typeof each === "string") as BufferEncoding | undefined;
    take(typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
    const callback = rest.find((each) => typeof each === "function");
    if (callback !== undefined) process.nextTick(callback, null);
    return true;
  };
  Object.defineProperty(stderr, "write", { value: write, configurable: true, writable: true });
  try {
    print();
  } finally {
    if (stderr.write === write) Reflect.deleteProperty(stderr, "write");
  }
}

/** For a stream of a worker thread's, and one that the program changed: what comes of this write is nobody's error. */
function printGuarded(stderr: NodeJS.WriteStream, print: () => void): void {
  const ignore = (): void => undefined;
  const isAlone = stderr.listenerCount("error") === 0;
  if (isAlone) stderr.on("error", ignore);
  try {
    print();
  } finally {
    if (isAlone) nextTurn(() => void stderr.removeListener("error", ignore));
  }
}

let waiting: Buffer[] = [];
let retry: Timer | undefined;

function take(bytes: Buffer): void {
  const bytesWaiting = waiting.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (bytesWaiting + bytes.byteLength <= MAX_WAITING_BYTES) waiting.push(bytes);
  // Where a full pipe was waited for in vain, it is so no more until it takes something.
  writeWaiting(retry === undefined ? PATIENCE_MILLIS : 0);
}

function writeWaiting(patienceMillis: number): void {
  const { writeSync }: typeof FileSystem = process.getBuiltinModule("node:fs");
  let leftMillis = patienceMillis;
  retry?.clear();
  retry = undefined;
  while (waiting.length > 0) {
    const [bytes] = waiting as [Buffer];
    try {
      const written = writeSync(STDERR, bytes);
      if (written < bytes.byteLength) waiting[0] = bytes.subarray(written);
      else waiting.shift();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") waiting = [];
      else if (leftMillis > 0) leftMillis -= doze();
      else {
        retry = setTimer(() => writeWaiting(0), RETRY_MILLIS);
        return;
      }
    }
  }
}

function doze(): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MILLIS);
  return STEP_MILLIS;
}
