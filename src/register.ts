// register(): resolve, provider, globals, instrumentations, report. One screen.
import type { TracerProvider as ApiTracerProvider } from "@opentelemetry/api";
import { isAttached } from "./attached-providers.ts";
import { currentSurroundings } from "./config/environment.ts";
import type { RegisterOptions } from "./config/options.ts";
import { resolveConfigIn } from "./config/resolve-config.ts";
import type { ResolvedConfig } from "./config/resolved-config.ts";
import { DEFAULT_SOURCE } from "./config/resolved.ts";
import { setWrapperProvider } from "./decorators/call/current-tracer.ts";
import { type Diagnostic, errorText, sayOnce, stderrLogger } from "./diagnostics.ts";
import {
  globalApiVersion,
  globalTracerProvider,
  keepContextInThisCopy,
  setDiagLogger,
  setGlobals,
} from "./globals.ts";
import { autoInstrument } from "./instrumentation/auto-instrument.ts";
import { followGlobalProvider } from "./instrumentation/following-provider.ts";
import { startGiven } from "./instrumentation/register-instrumentations.ts";
import { setRecordingMasking } from "./masking/recording-settings.ts";
import { lookForNewerApi } from "./other-api.ts";
import { LaterPart } from "./parts.ts";
import {
  differingOptions,
  findSameRegistration,
  globalRegistration,
  type Registration,
  remember,
} from "./registration.ts";
import { preloading } from "./preloading.ts";
import { report } from "./report.ts";
import { TracerProvider } from "./tracer-provider.ts";

/**
 * Sends the traces of this process to Phoenix and returns the tracer provider that does it. Everything
 * comes from the environment unless an option says otherwise; no argument is required.
 *
 * Called again with the same settings it returns the same provider. With other settings it replaces the
 * global provider: the old one delivers what it holds, and tracers taken before go along to the new one.
 *
 * @throws PhoenixConfigError when an option is wrong. A wrong environment variable warns on stderr and
 * the next source counts. Nothing throws after it returned.
 */
export function register(options: RegisterOptions = {}): TracerProvider {
  const config = resolveConfigIn(options, currentSurroundings(), "register");
  if (options.diagLogLevel !== undefined) setDiagLogger(stderrLogger, options.diagLogLevel);
  const same = findSameRegistration(options, config);
  if (same !== undefined) {
    // Tests take OpenTelemetry's globals away between two calls, and programs detach what they attached.
    if (config.global.value && !isAttached(globalTracerProvider())) install(same, same);
    startAutoInstrument(same.provider, config);
    return same.provider;
  }

  const provider = new TracerProvider(options, config);
  if (config.global.value) becomeGlobal({ provider, options, config });
  setRecordingMasking(config.masking, options.mask);
  remember({ provider, options, config });
  if (!preloading.isQuiet) report(config);
  startInstrumentations(provider, options, config);
  startAutoInstrument(provider, config);
  return provider;
}

const sdks = new LaterPart(() => ({ autoInstrument }), "SDKs are not traced without a wrapper");

function startInstrumentations(
  provider: TracerProvider,
  { instrumentations = [], meterProvider }: RegisterOptions,
  config: ResolvedConfig,
): void {
  if (instrumentations.length === 0) return;
  startGiven(instrumentations, { tracerProvider: followed(provider, config), meterProvider });
}

/** Without a word about it, what was started before goes on. */
function startAutoInstrument(provider: TracerProvider, config: ResolvedConfig): void {
  const { value: selected, source } = config.autoInstrument;
  if (source === DEFAULT_SOURCE || config.disabled.value) return;
  const work = sdks.get()?.autoInstrument({
    selected,
    tracerProvider: followed(provider, config),
    verbose: config.verbose.value,
    beforeProgram: preloading.isRunning,
  });
  if (work !== undefined) provider.awaits(work);
}

/** What instrumentations trace to. */
const followed = (provider: TracerProvider, config: ResolvedConfig): ApiTracerProvider =>
  config.global.value ? followGlobalProvider(provider) : provider;

function becomeGlobal(registration: Registration): void {
  const { provider, options, config } = registration;
  const previous = globalRegistration();
  install(registration, previous);
  if (previous === undefined) return;
  previous.provider.handOver(provider, options.spanProcessors);
  if (previous.provider.isShutdown) return;
  const differing = differingOptions(previous.options, options).join(", ") || "the environment";
  const message = `register() was called again with other settings (${differing}): project "${previous.config.projectName.value}" at ${previous.config.target.value.url} is replaced by project "${config.projectName.value}" at ${config.target.value.url}. Spans that ended before are still delivered. Call register() once.`;
  // Once: a program that is loaded again and again replaces it each time.
  sayOnce(message, { code: "PHX202", message });
}

/** Makes the provider global in the place of its predecessor; where that cannot be, wrappers trace to it all the same. */
function install({ provider, config }: Registration, previous: Registration | undefined): void {
  let isGlobal = false;
  let refusal: unknown;
  try {
    const present = globalTracerProvider();
    isGlobal = setGlobals(provider, isAttached(present) ? present : previous?.provider);
  } catch (error) {
    refusal = error;
  }
  setWrapperProvider(isGlobal ? undefined : provider);
  if (isGlobal) lookForNewerApi();
  else {
    keepContextInThisCopy();
    const reason = notGlobal(config.target.value.url, refusal);
    // Once, however often a program registers.
    sayOnce(reason.message, reason);
  }
}

/** Why the provider could not become global. */
function notGlobal(url: string, refusal: unknown): Diagnostic {
  const onlyOurs = `Only phoenix-otel's wrappers and the provider that register() returned trace to ${url}.`;
  if (refusal !== undefined) {
    return {
      code: "PHX205",
      message: `OpenTelemetry's API cannot keep a global provider: ${errorText(refusal)}. ${onlyOurs} Call register() before globalThis is frozen.`,
    };
  }
  const other = globalTracerProvider();
  if (other === undefined) {
    return {
      code: "PHX212",
      message: `OpenTelemetry's API ${globalApiVersion() ?? ""} keeps the globals of this process, and phoenix-otel uses another version of it. ${onlyOurs} Install one version for all: "npm ls @opentelemetry/api" shows who brings which.`,
    };
  }
  return {
    code: "PHX201",
    message: `Another tracer provider${nameOf(other)} is global already and stays; only phoenix-otel's wrappers and the provider that register() returned trace to ${url}. To send that provider's spans to Phoenix too, add "new BatchSpanProcessor()" of phoenix-otel to its span processors.`,
  };
}

/** The name of a provider's class in brackets; a bundler's abbreviation tells nobody anything. */
function nameOf(provider: object): string {
  const name: unknown = provider.constructor?.name;
  return typeof name === "string" && name.length > 2 ? ` (${name})` : "";
}
