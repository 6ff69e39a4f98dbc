// Time that no test can stop: fake timers replace the platform's functions, so its own are taken as the package is loaded.
import type * as Timers from "node:timers";
import type * as WorkerThreads from "node:worker_threads";
import { processSlot } from "./process-slot.ts";

/** A timer that was set. */
export interface RealTimer {
  clear(): void;
  /** Whether it keeps the process alive. It does when it is set. */
  hold(alive: boolean): void;
}

/** Time as it passes outside. */
export interface RealTime {
  nowMillis(): number;
  dateMillis(): number;
  startTimer(callback: () => void, delayMillis: number): RealTimer;
  nextTurn(callback: () => void): void;
}

/** That of the copy of the package that was loaded first: another one may be loaded while time stands still. */
const time = processSlot("real-time", 1, createRealTime);

/** The time in milliseconds; only differences count. */
export function nowMillis(): number {
  return time.nowMillis();
}

/** The time in milliseconds since 1970, as other machines have it. */
export function dateMillis(): number {
  return time.dateMillis();
}

/** Calls back once after `delayMillis`, which is at most what a timer of the platform can have. */
export function startTimer(callback: () => void, delayMillis: number): RealTimer {
  return time.startTimer(callback, delayMillis);
}

/** Calls back in the next turn of the event loop, and keeps the process alive so long. */
export function nextTurn(callback: () => void): void {
  time.nextTurn(callback);
}

/** How often a stopped loop is looked after. */
const LOOK_MILLIS = 20;

/**
 * Whether fake timers took `process.nextTick` (sinon does by default): then no socket of this thread gets on, neither the
 * program's nor ours. A worker's do.
 */
export function isLoopStopped(): boolean {
  // That of Node itself: a sandbox, such as jest's, has its own process object, and Node does not look there.
  const nextTick = Reflect.get(process.getBuiltinModule("node:process"), "nextTick") as object;
  return Object.hasOwn(nextTick, "clock");
}

/** Resolves when the loop is not stopped any more; does not keep the process alive. */
export async function loopGoesOn(): Promise<void> {
  while (isLoopStopped()) {
    await new Promise<void>((resolve) => startTimer(resolve, LOOK_MILLIS).hold(false));
  }
}

function createRealTime(): RealTime {
  const timers: typeof Timers = process.getBuiltinModule("node:timers");
  const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;
  const { now } = Date;
  // Of all that tells the time, this is what no test library replaces.
  const uptime: () => number = Reflect.get(process, "uptime");
  return {
    nowMillis: () => uptime() * 1000,
    dateMillis: now,
    startTimer(callback, delayMillis) {
      const timer = setTimeout(callback, delayMillis);
      if (isFake(timer, "_onTimeout")) {
        clearTimeout(timer);
        return startWaiting(callback, delayMillis);
      }
      return {
        clear: () => clearTimeout(timer),
        hold: (alive) => void (alive ? timer.ref() : timer.unref()),
      };
    },
    nextTurn(callback) {
      const immediate = setImmediate(callback);
      if (!isFake(immediate, "_onImmediate")) return;
      clearImmediate(immediate);
      startWaiting(callback, 0);
    },
  };
}

/** Whether Node did not make it: fake timers were in place before the package was loaded. */
const isFake = (made: object, nodesOwn: string): boolean => !(nodesOwn in made) && waitAsync !== undefined;

type WaitAsync = (
  cell: Int32Array,
  index: number,
  value: number,
  timeoutMillis: number,
) => { readonly value: Promise<"timed-out" | "ok"> | string };

const { waitAsync } = Atomics as { waitAsync?: WaitAsync };

/** A timer of the language's own, where the platform's is out of reach. It keeps no process alive, so that a port does. */
function startWaiting(callback: () => void, delayMillis: number): RealTimer {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let port: WorkerThreads.MessagePort | undefined;
  const hold = (alive: boolean): void => {
    if (!alive) {
      port?.close();
      port = undefined;
    } else if (port === undefined) {
      const { MessageChannel }: typeof WorkerThreads = process.getBuiltinModule("node:worker_threads");
      port = new MessageChannel().port1;
      port.on("message", () => undefined);
    }
  };
  hold(true);
  const wait = async (): Promise<void> => {
    // Without a delay it would be over at once.
    const end = await waitAsync?.(cell, 0, 0, Math.max(1, delayMillis)).value;
    hold(false);
    if (end === "timed-out") callback();
  };
  void wait();
  return { clear: () => void Atomics.notify(cell, 0), hold };
}
