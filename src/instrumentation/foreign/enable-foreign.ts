// Enables the instrumentation of an SDK that others trace, as the SDK loads.
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { TracerProvider } from "@opentelemetry/api";
import { errorText } from "../../diagnostics.ts";
import { processSlot } from "../../process-slot.ts";
import { isInstrumented } from "../is-instrumented.ts";
import { findPackage } from "../modules/installed-copies.ts";
import { withEsModule } from "../modules/loaded-es-modules.ts";
import type { ModuleFormat } from "../modules/module-hooks.ts";
import { importedFileAt, type SdkFile } from "../modules/sdk-file.ts";
import type { ForeignInstrumentation, ForeignSdk } from "./foreign-sdks.ts";

/** What became of a loaded file of the SDK. */
export type Enabled =
  | { readonly became: "traced"; readonly standsIn?: unknown }
  | { readonly became: "left" }
  | { readonly became: "program's own" }
  | { readonly became: "later"; readonly done: Promise<Enabled> }
  | { readonly became: "not installed" }
  | { readonly became: "failed"; readonly reason: string };

/** One instrumentation of each class for the process, by the file that it was loaded from. */
const made = processSlot("foreign-instrumentations", 1, () => new Map<string, ForeignInstrumentation>());

/** Gives the SDK's module to its instrumentation, whose spans go to `provider`. Never throws. */
export function enableForeign(
  row: ForeignSdk,
  file: SdkFile,
  exports: unknown,
  format: ModuleFormat,
  provider: TracerProvider,
): Enabled {
  try {
    row.tell?.(file, exports);
    const module = row.moduleOf(file, exports);
    if (module === undefined) return { became: "left" };
    if (isStandIn(exports)) return { became: "left" };
    if (isInstrumented(exports)) return { became: "program's own" };
    const directory = findPackage(row.instrumentation, file.directory);
    if (directory === undefined) return { became: "not installed" };
    const give = (instrumentation: ForeignInstrumentation): Enabled => {
      const given = instrumentation.manuallyInstrument(module);
      if (row.replaces !== true) return { became: "traced" };
      for (const each of valuesOf(given)) if (typeof each === "function") standIns.add(each);
      return { became: "traced", standsIn: given };
    };
    if (row.loadsSdk === true && format === "es module") return enableLater(row, directory, provider, give);
    // Bundlers complain of an imported createRequire() that is called with what they cannot know.
    const { createRequire } = process.getBuiltinModule("node:module");
    const required: unknown = createRequire(path.join(directory, "/"))(directory);
    return give(instrumentationOf(row, directory, required, provider));
  } catch (error) {
    return { became: "failed", reason: errorText(error) };
  }
}

/** Functions that stand in for those of an SDK: a module that has one was given already. */
const standIns = new WeakSet<object>();

const valuesOf = (exports: unknown): unknown[] =>
  typeof exports === "object" && exports !== null ? Object.values(exports) : [];

const isStandIn = (exports: unknown): boolean =>
  valuesOf(exports).some((each) => typeof each === "function" && standIns.has(each));

function enableLater(
  row: ForeignSdk,
  directory: string,
  provider: TracerProvider,
  give: (instrumentation: ForeignInstrumentation) => Enabled,
): Enabled {
  const url = pathToFileURL(path.join(directory, importedFileAt(directory) ?? "index.js")).href;
  let enabled: Enabled | undefined;
  const failed = (error: unknown): Enabled => ({ became: "failed", reason: errorText(error) });
  const late = withEsModule(url, (exports) => {
    enabled = give(instrumentationOf(row, url, exports, provider));
  });
  if (late === undefined) return enabled ?? { became: "left" };
  return { became: "later", done: late.then(() => enabled ?? failed("it cannot be imported"), failed) };
}

function instrumentationOf(
  { className, options }: ForeignSdk,
  key: string,
  exports: unknown,
  provider: TracerProvider,
): ForeignInstrumentation {
  const known = made.get(key);
  if (known !== undefined) return known;
  const Instrumentation = (exports as Record<string, unknown>)[className] as new (
    options: object,
  ) => ForeignInstrumentation;
  const instrumentation = new Instrumentation({
    ...options,
    tracerProvider: provider,
    // Its own hooks would give it the module once more.
    instrumentationConfig: { enabled: false },
  });
  made.set(key, instrumentation);
  return instrumentation;
}
