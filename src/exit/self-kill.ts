// A process that sends itself a signal ends inside the call. With a listener of ours it would hear the signal some time
// later, and do what comes next before: so it is asked for before the call.

type Kill = typeof process.kill;

/** Runs something before the process sends itself a signal. */
export class SelfKill {
  readonly #before: (signal: NodeJS.Signals) => void;
  readonly #signals: Readonly<Record<string, number>>;
  #undo: (() => void) | undefined;
  /** As it was before it was watched. */
  #kill = currentKill();

  /** `signals` are the numbers of the signals that count. `before` must not throw. */
  constructor(signals: Readonly<Record<string, number>>, before: (signal: NodeJS.Signals) => void) {
    this.#signals = signals;
    this.#before = before;
  }

  watch(): void {
    if (this.#undo !== undefined) return;
    const kill = currentKill();
    this.#kill = kill;
    let isWatched = true;
    const watching: Kill = (pid, signal): true => {
      const name = this.#nameOf(signal);
      if (isWatched && name !== undefined && pid === process.pid) this.#before(name);
      return Reflect.apply(kill, process, signal === undefined ? [pid] : [pid, signal]) as true;
    };
    // A frozen process keeps its own.
    Reflect.set(process, "kill", Object.defineProperty(watching, "name", { value: "kill" }));
    this.#undo = () => {
      isWatched = false;
      if (currentKill() === watching) Reflect.set(process, "kill", kill);
    };
  }

  unwatch(): void {
    this.#undo?.();
    this.#undo = undefined;
  }

  /** Sends the process a signal, unwatched. */
  kill(signal: NodeJS.Signals): void {
    Reflect.apply(this.#kill, process, [process.pid, signal]);
  }

  #nameOf(signal: string | number = "SIGTERM"): NodeJS.Signals | undefined {
    const known = Object.entries(this.#signals).find(
      ([name, number]) => name === signal || number === signal,
    );
    return known?.[0] as NodeJS.Signals | undefined;
  }
}

const currentKill = (): Kill => Reflect.get<typeof process, "kill">(process, "kill");
