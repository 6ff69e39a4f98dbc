// Reading a file by one piece of code, with the event loop going on meanwhile or in one turn of it.
import type * as FileSystem from "node:fs";

/** Code that asks for pieces of a file and gets each as it goes on; one that ends too early comes short. */
export type ReadPlan<Result> = Generator<{ readonly at: number; readonly length: number }, Result, Buffer>;

/** Follows a plan in one turn of the event loop. */
export function readNow<Result>(fs: typeof FileSystem, descriptor: number, plan: ReadPlan<Result>): Result {
  let step = plan.next();
  while (step.done !== true) {
    const { at, length } = step.value;
    const buffer = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    for (let count = -1; filled < length && count !== 0; filled += count) {
      count = fs.readSync(descriptor, buffer, filled, length - filled, at + filled);
    }
    step = plan.next(buffer.subarray(0, filled));
  }
  return step.value;
}

/** Follows a plan while the program goes on. */
export async function read<Result>(
  fs: typeof FileSystem,
  descriptor: number,
  plan: ReadPlan<Result>,
): Promise<Result> {
  let step = plan.next();
  while (step.done !== true) {
    const { at, length } = step.value;
    const buffer = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    for (let count = -1; filled < length && count !== 0; filled += count) {
      count = await readSome(fs, descriptor, buffer, filled, at + filled);
    }
    step = plan.next(buffer.subarray(0, filled));
  }
  return step.value;
}

function readSome(
  fs: typeof FileSystem,
  descriptor: number,
  buffer: Buffer,
  offset: number,
  at: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(descriptor, buffer, offset, buffer.length - offset, at, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}
