// phoenix-otel/preload, for `node --import` and `--require`: register({ autoInstrument: true }) from the environment alone,
// before the program. Whatever fails here is one line, and the program runs.
import { createRequire } from "node:module";
import { currentSurroundings, readText } from "./config/environment.ts";
import { isOff } from "./config/words.ts";
import { errorText, say } from "./diagnostics.ts";
import type * as Package from "./index.ts";
import { mainFormat } from "./instrumentation/modules/main-module.ts";
import { preloading } from "./preloading.ts";

/** Set for the threads that this one starts. */
const TOLD = "phoenix-otel.preloaded";

/** What starts sooner than the rest is read: before Node 22.15 the module hooks have a thread of their own. */
interface ModuleHooks {
  readonly registerHooks?: (hooks: object) => unknown;
  readonly register?: (specifier: object) => unknown;
}

try {
  const threads = process.getBuiltinModule("node:worker_threads");
  // The thread of the module hooks runs what --require names, too.
  const isHooksThread = !threads.isMainThread && threads.parentPort === null;
  if (!isHooksThread) {
    startHooksThread();
    preloading.isQuiet = !threads.isMainThread && threads.getEnvironmentData(TOLD) === true;
    threads.setEnvironmentData(TOLD, true);
    preload();
  }
} catch (error) {
  say({
    code: "PHX510",
    message: `phoenix-otel/preload could not start tracing: ${errorText(error)}. The program runs untraced. Check the installation of phoenix-otel.`,
  });
}

function preload(): void {
  const { register } = createRequire(__filename)("./index.cjs") as typeof Package;
  preloading.isRunning = true;
  try {
    register({ autoInstrument: true });
  } finally {
    preloading.isRunning = false;
    preloading.isQuiet = false;
  }
}

/** Node starts the thread before it looks at what it is to load, and the thread comes up while the package is read here. */
function startHooksThread(): void {
  const wanted = readText(currentSurroundings().environment, "PHOENIX_AUTO_INSTRUMENT");
  if (wanted !== undefined && isOff(wanted)) return;
  const { registerHooks, register } = process.getBuiltinModule("node:module") as ModuleHooks;
  if (registerHooks !== undefined || mainFormat() === "commonjs") return;
  try {
    register?.({
      toString() {
        throw new Error("nothing to load yet");
      },
    });
  } catch {
    // As meant.
  }
}
