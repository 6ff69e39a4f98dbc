// Ends SPANS spans, then ends itself in the way END names.
import { asked, start } from "../start.mjs";

const { END, SPANS = "10", BYTES = "200", WORKER_START_MILLIS } = process.env;
if (WORKER_START_MILLIS) {
  // A machine so busy that a thread takes its time to start, if it ever does.
  const threads = process.getBuiltinModule("node:worker_threads");
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(source, options) {
      const doze = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${WORKER_START_MILLIS});`;
      super(doze + source, options);
    }
  };
}
const listeners = () =>
  ["exit", "beforeExit", "SIGTERM", "SIGINT"].map((name) => process.listenerCount(name));
const before = listeners();
const provider = start(process.env);
const tracer = provider.getTracer("process-test");
const text = "x".repeat(Number(BYTES));

export const endSpans = (count, prefix = "span") => {
  for (let index = 0; index < count; index++) {
    const span = tracer.startSpan(`${prefix}-${index}`);
    span.setAttribute("input.value", text);
    span.end();
  }
};
endSpans(Number(SPANS));

const { setTimeout: wait } = await import("node:timers/promises");
const own = (signal, run) => process.on(signal, run);
const kill = (signal) => process.kill(process.pid, signal);
/** Stays alive until a signal or an exit ends it; not for ever, should that fail. */
const stay = () => setTimeout(() => process.exit(99), 8000);

/** Ends, and prints how long that was held. */
const endTimed = () => {
  const startMillis = performance.now();
  process.on("exit", () => process.stdout.write(String(performance.now() - startMillis)));
};
const exitTimed = () => {
  endTimed();
  process.exit(0);
};

/** Ends in a way as soon as the test says that a request has come in. */
const inFlight = (end) => {
  void provider.forceFlush();
  own("SIGUSR2", end);
  stay();
};
const signalExit = async (signal) => {
  const { onExit } = await import("signal-exit");
  onExit(() => void process.stdout.write("signal-exit ran"));
  stay();
  kill(signal);
};
/** Prints once and for all what delivery has counted, after the exit flush. */
const exitCounted = () => {
  process.on("exit", () => process.stdout.write(JSON.stringify(provider.stats())));
  process.exit(0);
};

const ends = {
  natural: () => {},
  "natural-code-3": () => (process.exitCode = 3),
  exit: () => process.exit(0),
  "exit-7": () => process.exit(7),
  "exit-after-work": async () => {
    await provider.forceFlush();
    endSpans(Number(SPANS), "later");
    process.exit(4);
  },
  "exit-in-flight": () => inFlight(() => process.exit(0)),
  "throw-in-flight": () =>
    inFlight(() => {
      throw new Error("thrown on purpose");
    }),
  "sigterm-in-flight": () => inFlight(() => kill("SIGTERM")),
  "exit-while-loading": () => {
    void provider.forceFlush();
    process.exit(0);
  },
  "natural-timed": () => endTimed(),
  "exit-timed": () => exitTimed(),
  "exit-counted": () => exitCounted(),
  "exit-when-away": () => inFlight(exitTimed),
  "exit-twice": () => {
    process.on("exit", () => process.exit(6));
    process.exit(5);
  },
  "exit-later": async () => {
    await wait(100);
    process.exit(0);
  },
  "exit-asked": async () => {
    await provider.forceFlush();
    process.on("exit", () => process.stdout.write(String(asked)));
    process.exit(0);
  },
  throw: () => {
    setImmediate(() => {
      throw new Error("thrown on purpose");
    });
  },
  reject: () => {
    void Promise.reject(new Error("rejected on purpose"));
  },
  "handler-exits": () => {
    process.on("uncaughtException", () => process.exit(11));
    setImmediate(() => {
      throw new Error("thrown on purpose");
    });
  },
  "reject-handled": () => {
    process.on("unhandledRejection", () => process.exit(12));
    void Promise.reject(new Error("rejected on purpose"));
  },
  "reject-ignored": () => {
    process.on("unhandledRejection", () => process.stdout.write("ignored"));
    void Promise.reject(new Error("rejected on purpose"));
  },
  "late-span": () => {
    process.on("exit", () => endSpans(1, "late"));
    process.exit(2);
  },
  "late-spans": () => {
    const startMillis = performance.now();
    process.on("exit", () => {
      endSpans(2000, "late");
      process.stdout.write(String(performance.now() - startMillis));
    });
    process.exit(2);
  },
  "before-exit-span": () => {
    process.once("beforeExit", () => endSpans(1, "late"));
  },
  listened: () => process.stdout.write(JSON.stringify({ before, during: listeners() })),
  "natural-again": () => {
    let rest = 9;
    process.on("beforeExit", () => {
      const { emitted, delivered } = provider.stats();
      if (emitted === delivered && rest-- > 0) setTimeout(endSpans, 1, 1, `again-${rest}`);
    });
  },
  "natural-busy": () => {
    let rest = 30;
    const timer = setInterval(() => {
      endSpans(2, `meanwhile-${rest}`);
      if (--rest === 0) clearInterval(timer);
    }, 100).unref();
  },
  undone: async () => {
    const during = listeners();
    await provider.shutdown();
    process.stdout.write(JSON.stringify({ before, during, after: listeners() }));
  },
  "shutdown-and-end": async () => {
    await provider.shutdown({ timeoutMillis: 200 });
  },
  "shutdown-counted": async () => {
    await provider.shutdown({ timeoutMillis: 200 });
    process.stdout.write(JSON.stringify(provider.stats()));
  },
  sigterm: () => (stay(), kill("SIGTERM")),
  sigint: () => (stay(), kill("SIGINT")),
  "wait-for-signal": () => {
    stay();
    process.stdout.write("ready");
  },
  "ends-meanwhile": () => {
    const timer = setTimeout(() => {}, 8000);
    process.stdout.write("ready");
    // The exit worker's first request is under way by then, and nothing blocks any more.
    setTimeout(() => {
      clearTimeout(timer);
      process.exit(0);
    }, 600);
  },
  hears: () => {
    const { HEARS } = process.env;
    own(HEARS, () => {
      process.stdout.write(HEARS);
      process.exit(5);
    });
    stay();
    process.stdout.write("ready");
  },
  "sigterm-own-exit-5": () => {
    own("SIGTERM", () => process.exit(5));
    stay();
    kill("SIGTERM");
  },
  "sigterm-own-counted": () => {
    own("SIGTERM", () => {
      process.stdout.write(`${provider.stats().delivered} delivered`);
      process.exit(5);
    });
    stay();
    kill("SIGTERM");
  },
  "sigterm-own-patient": () => {
    own("SIGTERM", async () => {
      while (provider.stats().delivered < Number(SPANS)) await wait(5);
      process.exit(5);
    });
    stay();
    kill("SIGTERM");
  },
  "sigterm-again": () => {
    process.once("SIGTERM", () => kill("SIGTERM"));
    stay();
    kill("SIGTERM");
  },
  "sigterm-again-alone": () => {
    own("SIGTERM", () => {
      process.removeAllListeners("SIGTERM");
      kill("SIGTERM");
    });
    stay();
    kill("SIGTERM");
  },
  "sigterm-again-later": () => {
    process.once("SIGTERM", () => void setTimeout(kill, 20, "SIGTERM"));
    stay();
    kill("SIGTERM");
  },
  "sigterm-only-alone": () => {
    const onSignal = () => {
      const count = process.listenerCount("SIGTERM");
      process.stdout.write(`${count} listener`);
      if (count > 1) return;
      process.removeListener("SIGTERM", onSignal);
      kill("SIGTERM");
    };
    own("SIGTERM", onSignal);
    stay();
    kill("SIGTERM");
  },
  "sigterm-graceful": () => {
    stay();
    own("SIGTERM", async () => {
      endSpans(1, "late");
      await wait(50);
      process.exit(8);
    });
    kill("SIGTERM");
  },
  "sigint-ignored": async () => {
    own("SIGINT", () => {});
    kill("SIGINT");
    await wait(50);
    endSpans(1, "late");
    kill("SIGINT");
    await wait(50);
    process.exit(9);
  },
  "sigint-survived-once": () => {
    process.once("SIGINT", () => {});
    stay();
    // When the test says that what the first one had sent has come in.
    own("SIGUSR2", () => {
      endSpans(1, "late");
      kill("SIGINT");
    });
    kill("SIGINT");
  },
  "sigint-signal-exit": () => signalExit("SIGINT"),
  "sigterm-signal-exit": () => signalExit("SIGTERM"),
  "sigterm-pid-1": async () => {
    kill("SIGTERM");
    await wait(100);
    endSpans(1, "late");
    process.exit(9);
  },
  worker: async () => {
    const { Worker } = await import("node:worker_threads");
    const worker = new Worker(new URL(import.meta.url), {
      env: { ...process.env, END: process.env.IN_WORKER },
    });
    worker.on("error", (error) => process.stdout.write(`${error.message}, `));
    worker.on("exit", (code) => process.stdout.write(`worker ${code}`));
  },
};
await ends[END]();
