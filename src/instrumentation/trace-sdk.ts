// What is done with a file of an SDK that was loaded: by our own tracing of clients, by the SDK's instrumentation, or by
// the SDK's own telemetry.
import type { TracerProvider } from "@opentelemetry/api";
import { registerAiTelemetry, unregisterAiTelemetry } from "./ai-sdk/ai-telemetry.ts";
import { type Enabled, enableForeign } from "./foreign/enable-foreign.ts";
import { type ForeignSdk, foreignSdks } from "./foreign/foreign-sdks.ts";
import { isInstrumented } from "./is-instrumented.ts";
import type { ModuleFormat } from "./modules/module-hooks.ts";
import type { SdkFile } from "./modules/sdk-file.ts";
import { tellNotTraced, tellTraced } from "./sdk-report.ts";
import { supportedVersions } from "./supported-sdks.ts";
import { traceModule, untraceModules } from "./trace-module.ts";

/** A file of an SDK as it was loaded. */
export interface LoadedSdk {
  readonly file: SdkFile;
  readonly exports: unknown;
  readonly format: ModuleFormat;
  /** Whether something may stand in for the exports. */
  readonly canReplace: boolean;
}

/** How an SDK is traced. */
export interface SdkSettings {
  readonly tracerProvider: TracerProvider;
  readonly verbose: boolean;
  /** Takes what is under way. */
  readonly wait: (work: Promise<unknown>) => void;
}

/** Traces what was loaded, and tells of it; gives what stands in for its exports, if anything does. */
export function traceSdk(loaded: LoadedSdk, settings: SdkSettings): unknown {
  const { file } = loaded;
  const foreign = foreignSdks.find(({ sdk }) => sdk === file.sdk);
  if (foreign !== undefined) return traceForeign(foreign, loaded, settings);
  if (file.sdk === "ai") traceAiSdk(loaded, settings);
  else traceClients(loaded, settings);
  return undefined;
}

/** Traces no more of an SDK what can be taken back; an instrumentation that was enabled stays. */
export function untraceSdk(sdk: string): void {
  if (sdk === "ai") unregisterAiTelemetry();
  else untraceModules(sdk);
}

function traceClients({ file, exports, format }: LoadedSdk, { verbose }: SdkSettings): void {
  if (traceModule(file.sdk, exports)) return tellTraced(file, format, verbose);
  if (!file.isMain) return;
  if (isInstrumented(exports))
    return tellTraced(file, format, verbose, "by the program's own instrumentation");
  tellNotTraced(
    file,
    `phoenix-otel knows ${file.sdk} ${supportedVersions(file.sdk)}. Wrap the functions that call it with traceLLM()`,
  );
}

function traceAiSdk({ file, format }: LoadedSdk, { verbose }: SdkSettings): void {
  if (!file.isMain) return;
  if (registerAiTelemetry(file.version)) return tellTraced(file, format, verbose);
  tellNotTraced(
    file,
    "of this version it traces the calls that ask for it. Pass experimental_telemetry: { isEnabled: true } to each",
  );
}

function traceForeign(row: ForeignSdk, loaded: LoadedSdk, settings: SdkSettings): unknown {
  const { file, exports, format } = loaded;
  const enabled = enableForeign(row, file, exports, format, settings.tracerProvider);
  if (enabled.became === "later")
    settings.wait(enabled.done.then((done) => tell(row, loaded, settings, done)));
  else tell(row, loaded, settings, enabled);
  return enabled.became === "traced" ? enabled.standsIn : undefined;
}

function tell(row: ForeignSdk, loaded: LoadedSdk, { verbose }: SdkSettings, enabled: Enabled): void {
  const { file, format, canReplace } = loaded;
  switch (enabled.became) {
    case "traced":
      if (row.replaces === true && !canReplace) {
        return tellNotTraced(
          file,
          'it was loaded before register() could look at it. Start with "node --import phoenix-otel/preload"',
        );
      }
      return tellTraced(file, format, verbose, `by ${row.instrumentation}`);
    case "program's own":
      return tellTraced(file, format, verbose, "by the program's own instrumentation");
    case "not installed":
      return row.onlyContext === true && !verbose
        ? undefined
        : tellNotTraced(
            file,
            `${row.instrumentation} is not installed. Run "npm install ${row.instrumentation}"`,
          );
    case "failed":
      return tellNotTraced(file, `${row.instrumentation} failed: ${enabled.reason}`);
    case "left":
    case "later":
  }
}
