// Tells of an instrumentation that was given to register() and cannot see the package that it is for.
import { setTimer } from "../deadline.ts";
import path from "node:path";
import { currentSurroundings } from "../config/environment.ts";
import type { Instrumentation } from "../config/options.ts";
import { sdkPackage } from "../config/sdk-names.ts";
import { sayOnce } from "../diagnostics.ts";
import { isSelected } from "./auto-instrument.ts";
import { isInstrumented } from "./is-instrumented.ts";
import { findPackage } from "./modules/installed-copies.ts";
import { loadedEsModules, withEsModule } from "./modules/loaded-es-modules.ts";
import { mainFormat } from "./modules/main-module.ts";
import { requiredModules } from "./modules/module-hooks.ts";
import { pathOf } from "./modules/noticed-source.ts";
import { sdkFileAt } from "./modules/sdk-file.ts";

/** One module that an instrumentation of OpenTelemetry's base class patches. */
interface ModuleDefinition {
  readonly name?: unknown;
  /** Set once the module was patched as it loaded. */
  readonly moduleExports?: unknown;
}

/** Looks at the instrumentations when the program has started, and says which cannot see their package, and why. */
export function tellUnseen(instrumentations: readonly Instrumentation[]): void {
  const waiting = instrumentations.filter((each) => unseenModules(each).length > 0);
  if (waiting.length === 0) return;
  // Not by setImmediate, which jest with jsdom has not.
  setTimer(() => {
    try {
      const imported = loadedEsModules() ?? [];
      for (const each of waiting) tell(each, imported);
    } catch {
      // What cannot be looked at is not told.
    }
  }, 0);
}

function tell(instrumentation: Instrumentation, imported: readonly string[]): void {
  const modules = unseenModules(instrumentation);
  // Where one of several modules was seen, the others are not used.
  if (modules.length < definitionsOf(instrumentation).length) return;
  for (const name of modules) {
    const packageName = packageOf(name);
    const sdk = sdkPackage(packageName);
    if (sdk !== undefined && isSelected(sdk)) return;
    const reason = unseenReason(packageName, imported);
    if (reason === undefined) continue;
    const remedy =
      sdk === undefined
        ? `Start node with "--import" of a file that registers "@opentelemetry/instrumentation/hook.mjs", or load the package after register()`
        : 'Start with "node --import phoenix-otel/preload", set autoInstrument: true, or trace a client with traceClient()';
    sayOnce(`unseen:${instrumentation.instrumentationName}`, {
      code: "PHX511",
      message: `Instrumentation "${instrumentation.instrumentationName}" does not see ${packageName}: ${reason}. It traces no call of it. ${remedy}.`,
    });
    return;
  }
}

/** Why nothing of a package is patched; `undefined` where something is, or nobody can tell. */
function unseenReason(name: string, imported: readonly string[]): string | undefined {
  const folder = `/node_modules/${name}/`;
  const required = requiredModules().filter(([file]) => file.replaceAll(path.sep, "/").includes(folder));
  const urls = imported.filter((url) => url.includes(folder));
  if (required.some(([, exports]) => isInstrumented(exports)) || urls.some(isPatched)) return undefined;
  if (urls.length > 0)
    return "the program imports it as an ES module, and only what require() loads is patched";
  if (required.length > 0) return "it was loaded before, or by import";
  return mainFormat() === "es module" && !hasLoader() && findPackage(name, process.cwd()) !== undefined
    ? "the program is made of ES modules, and only what require() loads is patched"
    : undefined;
}

/** Whether the exports of a loaded ES module are patched; only those of an SDK's main files are looked at. */
function isPatched(url: string): boolean {
  let patched = false;
  if (sdkFileAt(pathOf(url)) === undefined) return false;
  withEsModule(url, (exports) => {
    patched = isInstrumented(exports);
  })?.catch(() => undefined);
  return patched;
}

function definitionsOf(instrumentation: Instrumentation): readonly ModuleDefinition[] {
  const { _modules: modules } = instrumentation as { _modules?: unknown };
  return Array.isArray(modules) ? (modules as ModuleDefinition[]) : [];
}

const unseenModules = (instrumentation: Instrumentation): string[] =>
  definitionsOf(instrumentation)
    .filter(({ moduleExports }) => moduleExports === undefined)
    .map(({ name }) => String(name))
    .filter((name) => !process.getBuiltinModule("node:module").isBuiltin(name));

const packageOf = (name: string): string => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

/** Whether node was started with hooks of somebody's, by which an instrumentation may see ES modules. */
function hasLoader(): boolean {
  const { NODE_OPTIONS: options = "" } = currentSurroundings().environment;
  const given = [...process.execArgv, ...options.split(/\s+/)].join(" ");
  return /--(experimental-)?loader|--import/.test(given);
}
