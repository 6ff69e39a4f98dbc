// Options, variables and `.env.phoenix` to settings, each with its source, where any of them says something.
import { resolveAutoInstrument } from "./auto-instrument.ts";
import { readBatchSettings } from "./batch-settings.ts";
import { PhoenixConfigError } from "./config-error.ts";
import { defaultSettings } from "./default-config.ts";
import { warnOfDestination } from "./destination-warnings.ts";
import { findEnvFile } from "./env-file.ts";
import type { Environment, Surroundings } from "./environment.ts";
import { readText } from "./environment.ts";
import type { HeaderLayer } from "./headers.ts";
import { mergeHeaders, optionHeaderLayers, readHeaderLayers } from "./headers.ts";
import { createLiveHeaders } from "./live-headers.ts";
import { resolveLocation } from "./location.ts";
import { resolveMasking } from "./masking-settings.ts";
import type { OptionTaker } from "./option-names.ts";
import type { RegisterOptions } from "./options.ts";
import { printableConfig } from "./printable.ts";
import { readProject, resolveProject } from "./project.ts";
import { resolveProtocol } from "./protocol.ts";
import { withProxies } from "./proxy.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import {
  checkQuotes,
  readDisabled,
  readSampler,
  readSendsTraces,
  resolveAttributeCountLimit,
} from "./sdk-settings.ts";
import { quote, readSetting, SWITCH } from "./setting.ts";
import { resolveSpool } from "./spool-settings.ts";
import { resolveTarget } from "./target.ts";
import type { Tier } from "./tier.ts";
import { readOtlpTransportSettings } from "./transport-settings.ts";
import { validateOptions } from "./validate-options.ts";
import { isOff, isOn } from "./words.ts";

/** What {@link resolveConfig} gives. Throws {@link PhoenixConfigError} for a wrong option. */
export function resolveSettings(
  options: RegisterOptions,
  surroundings: Surroundings,
  caller: string,
  taker: OptionTaker,
): ResolvedConfig {
  validateOptions(options, caller, taker);
  const { environment } = surroundings;
  const problems: Problems = [];
  const processTier: Tier = { environment, file: undefined };
  const fileTier = once(() =>
    discoversConfig(environment, problems) ? findEnvFile(surroundings, problems) : undefined,
  );

  const location = resolveLocation(options, processTier, fileTier, caller, problems);
  const protocol = resolveProtocol(options, environment, problems);
  const { value: endpoint, source, origin } = location.endpoint;

  const ownLayers = optionHeaderLayers(options, caller);
  const variableLayers = readHeaderLayers(processTier, problems);
  ownLayers.push(...variableLayers);
  const layers = [...ownLayers];
  if (variableLayers.length === 0) {
    const file = fileTier();
    if (file !== undefined) layers.push(...readHeaderLayers(file, problems));
  }
  const merged = mergeHeaders([...layers, ...userPartLayer(endpoint.authorization, source)], options);
  const live = createLiveHeaders(merged, options);
  const headers = live === undefined ? merged : { ...merged, live };
  warnOfDestination({ location, protocol, headers, ownLayers, options }, problems);

  const projectOfFile = (): Resolved<string> | undefined => {
    const file = fileTier();
    return file === undefined ? undefined : readProject(file, problems);
  };
  const project = (): Resolved<string> | undefined => readProject(processTier, problems) ?? projectOfFile();

  const target = resolveTarget(endpoint, origin, protocol.value, location.grpcPort.value);
  const defaults = defaultSettings();
  const config = {
    target: { value: withProxies(target, environment, problems), source },
    protocol,
    headers,
    projectName: resolveProject(options, project, environment, problems),
    batch: optionOr(options, "batch", defaults),
    global: resolveGlobal(options, caller),
    autoInstrument: resolveAutoInstrument(options, environment, problems),
    flushOnExit: optionOr(options, "flushOnExit", defaults),
    spool: resolveSpool(options.spool, surroundings),
    verbose: resolveVerbose(options, environment, problems),
    maxValueLength: optionOr(options, "maxValueLength", defaults),
    attributeCountLimit: resolveAttributeCountLimit(options, environment, problems),
    disabled: readDisabled(environment, problems),
    sendsTraces: readSendsTraces(environment, problems),
    sampler: options.sampler === undefined ? readSampler(environment, problems) : undefined,
    diagLogLevel:
      options.diagLogLevel === undefined
        ? undefined
        : { value: options.diagLogLevel, source: "option diagLogLevel" },
    batching: readBatchSettings(environment, problems),
    transport: readOtlpTransportSettings(environment, problems),
    masking: resolveMasking(options, environment, problems),
  };
  checkQuotes(environment, problems);
  return printableConfig({ ...config, problems });
}

const once = <T>(give: () => T): (() => T) => {
  let given: { value: T } | undefined;
  return () => (given ??= { value: give() }).value;
};

const discoversConfig = (environment: Environment, problems: Problems): boolean => {
  const text = readText(environment, "PHOENIX_DISCOVER_CONFIG");
  if (text === undefined || isOn(text)) return true;
  if (isOff(text)) return false;
  problems.push({
    code: "PHX116",
    message: `PHOENIX_DISCOVER_CONFIG is ${quote(text)}, which is neither "true" nor "false". Using "true" (default): .env.phoenix is looked for. Set it to "false" to turn that off.`,
  });
  return true;
};

const userPartLayer = (authorization: string | undefined, source: string): HeaderLayer[] =>
  authorization === undefined ? [] : [{ headers: { authorization }, source: `user part of ${source}` }];

/** The preload has no options. */
const resolveVerbose = (
  options: RegisterOptions,
  environment: Environment,
  problems: Problems,
): Resolved<boolean> => {
  const read = readSetting(environment, ["PHOENIX_VERBOSE"], SWITCH, '"false" (default)', problems);
  if (options.verbose !== undefined) return { value: options.verbose, source: "option verbose" };
  return read ?? { value: false, source: DEFAULT_SOURCE };
};

type PlainOption = "batch" | "flushOnExit" | "maxValueLength";

const optionOr = <Name extends PlainOption>(
  options: RegisterOptions,
  name: Name,
  defaults: Pick<ResolvedConfig, Name>,
): ResolvedConfig[Name] | Resolved<NonNullable<RegisterOptions[Name]>> => {
  const value = options[name];
  return value === undefined ? defaults[name] : { value, source: `option ${name}` };
};

const resolveGlobal = (options: RegisterOptions, caller: string): Resolved<boolean> => {
  const { global, setGlobalTracerProvider } = options;
  if (global !== undefined && setGlobalTracerProvider !== undefined && global !== setGlobalTracerProvider) {
    throw new PhoenixConfigError({
      code: "PHX103",
      message: `${caller}({ global: ${global}, setGlobalTracerProvider: ${setGlobalTracerProvider} }): the two mean the same and differ. Give one of them.`,
    });
  }
  if (global !== undefined) return { value: global, source: "option global" };
  if (setGlobalTracerProvider !== undefined) {
    return { value: setGlobalTracerProvider, source: "option setGlobalTracerProvider" };
  }
  return { value: true, source: DEFAULT_SOURCE };
};
