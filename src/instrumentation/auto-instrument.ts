// autoInstrument: every SDK that the program uses is traced as it loads, and what was loaded before.
import type { TracerProvider } from "@opentelemetry/api";
import { errorText, sayOnce } from "../diagnostics.ts";
import { processSlot } from "../process-slot.ts";
import { type ModuleFormat, seeRequired, watchModules } from "./modules/module-hooks.ts";
import { seeImported } from "./modules/loaded-es-modules.ts";
import type { SdkFile } from "./modules/sdk-file.ts";
import { tellInstalled } from "./sdk-report.ts";
import { type SdkSettings, traceSdk, untraceSdk } from "./trace-sdk.ts";

/** What {@link autoInstrument} is told. */
export interface AutoInstrumentSettings {
  /** The packages of the SDKs that are traced. */
  readonly selected: readonly string[];
  /** Where the spans of instrumentations go. */
  readonly tracerProvider: TracerProvider;
  /** Whether each SDK is told on stderr. */
  readonly verbose: boolean;
  /** Whether the program has not started: nothing of its own is loaded yet. */
  readonly beforeProgram: boolean;
}

interface State {
  settings: AutoInstrumentSettings | undefined;
  isWatching: boolean;
  /** Exports that were looked at with these settings. */
  seen: WeakSet<object>;
  /** What is under way. */
  pending: Set<Promise<unknown>>;
}

/** Shared by every loaded copy of the package: modules are watched once. */
const state = processSlot("auto-instrument", 1, (): State => ({
  settings: undefined,
  isWatching: false,
  seen: new WeakSet(),
  pending: new Set(),
}));

/**
 * Traces the selected SDKs from now on, and those no more that were selected before and are not. Gives a promise where
 * something of it is asynchronous, which never rejects. Never throws.
 */
export function autoInstrument(settings: AutoInstrumentSettings): Promise<unknown> | undefined {
  const before = state.settings;
  const wasWatching = state.isWatching;
  state.settings = settings;
  state.seen = new WeakSet();
  for (const sdk of before?.selected ?? []) if (!settings.selected.includes(sdk)) untraceSdk(sdk);
  if (settings.selected.length === 0) return undefined;
  if (settings.verbose) tellInstalled(settings.selected);
  const pending: Set<Promise<unknown>> = (state.pending ??= new Set());
  watch();
  const isSame = wasWatching && settings.selected.every((sdk) => before?.selected.includes(sdk));
  if (!isSame && !settings.beforeProgram) {
    seeRequired(onLoaded);
    const imported = seeImported(onLoaded);
    if (imported !== undefined) wait(imported);
  }
  return pending.size === 0 ? undefined : Promise.all(pending);
}

function watch(): void {
  if (state.isWatching) return;
  state.isWatching = true;
  try {
    watchModules(onLoaded);
  } catch (error) {
    sayOnce("auto-instrument", {
      code: "PHX513",
      message: `autoInstrument cannot watch what the program imports: ${errorText(error)}. ES modules that are loaded from now on are not traced. Wrap clients with traceClient(), or start node with --allow-worker where the permission model is on.`,
    });
  }
}

/** Whether an SDK is among those that are traced. */
export function isSelected(sdk: string): boolean {
  return state.settings?.selected.includes(sdk) === true;
}

/** Takes a file of an SDK that was loaded; gives what stands in for its exports, if anything does. */
function onLoaded(file: SdkFile, exports: unknown, format: ModuleFormat, canReplace = false): unknown {
  const { settings, seen } = state;
  if (settings === undefined || !settings.selected.includes(file.sdk)) return undefined;
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return undefined;
  if (seen.has(exports)) return undefined;
  seen.add(exports);
  const given: SdkSettings = { ...settings, wait };
  return traceSdk({ file, exports, format, canReplace }, given);
}

/** Keeps what is under way for `provider.ready`. */
function wait(work: Promise<unknown>): void {
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  state.pending.add(settled);
  void settled.then(() => state.pending.delete(settled));
}
