// Which options can be right: one row an option, and the error for the first that cannot.
import { DiagLogLevel } from "@opentelemetry/api";
import type { DiagnosticCode } from "../diagnostics.ts";
import { validateAutoInstrument } from "./auto-instrument.ts";
import { PhoenixConfigError } from "./config-error.ts";
import { validateTraceConfig } from "./masking-settings.ts";
import { type OptionTaker, refuseWrongNames } from "./option-names.ts";
import type { RegisterOptions } from "./options.ts";
import { isResource, isResourceAttributes } from "./resource.ts";
import { quote } from "./setting.ts";
import { isSpool, SPOOL_EXPECTS } from "./spool-settings.ts";

interface OptionRule {
  /** Completes "<option> is …". */
  readonly expects: string;
  readonly accepts: (value: unknown) => boolean;
  readonly code?: DiagnosticCode;
  /** Never shown, not even when wrong. */
  readonly secret?: true;
  /** The value that a wrong one was probably meant to be. */
  readonly meant?: (value: unknown) => string | undefined;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isSwitch = (value: unknown): boolean => typeof value === "boolean";
const isCallable = (value: unknown): boolean => typeof value === "function";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isPlain = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !(Symbol.iterator in value) && !("then" in value);
const isWhole = (value: unknown, least: number): boolean =>
  typeof value === "number" && value >= least && (Number.isSafeInteger(value) || value === Infinity);
const has = (value: unknown, ...methods: readonly string[]): boolean =>
  (isObject(value) || typeof value === "function") &&
  methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
const areLimits = (value: unknown): boolean =>
  isPlain(value) && Object.values(value).every((limit) => limit === undefined || isWhole(limit, 0));
const isInstrumentation = (value: unknown): boolean =>
  has(value, "enable", "disable", "getConfig", "setTracerProvider");
const isProcessor = (value: unknown): boolean =>
  value === "auto" || has(value, "onStart", "onEnd", "forceFlush", "shutdown");

const SWITCH: OptionRule = { expects: "true or false", accepts: isSwitch };
const ENDPOINT: OptionRule = { expects: "a string", accepts: isText, code: "PHX101" };
const LIMITS: OptionRule = { expects: "an object of whole numbers from 0", accepts: areLimits };

const OPTION_RULES: { readonly [Name in keyof Required<RegisterOptions>]: OptionRule } = {
  endpoint: ENDPOINT,
  url: ENDPOINT,
  protocol: {
    expects: '"http/protobuf", "grpc" or "infer"',
    accepts: (value) => value === "grpc" || value === "http/protobuf" || value === "infer",
    code: "PHX104",
    meant: (value) =>
      /^http/i.test(String(value))
        ? "http/protobuf"
        : ["grpc", "infer"].find((word) => word === String(value).trim().toLowerCase()),
  },
  projectName: { expects: "a string", accepts: isText },
  apiKey: {
    expects: "a string, or a function that returns one",
    accepts: (value) => isText(value) || isCallable(value),
    code: "PHX108",
    secret: true,
  },
  headers: {
    expects: "an object of strings, or a function that returns one",
    accepts: (value) => isPlain(value) || isCallable(value),
    code: "PHX107",
    secret: true,
  },
  batch: SWITCH,
  global: SWITCH,
  setGlobalTracerProvider: SWITCH,
  autoInstrument: {
    expects: "true, false or a list of names of SDKs",
    accepts: (value) => isSwitch(value) || (Array.isArray(value) && value.every(isText)),
  },
  instrumentations: {
    expects: "a list of OpenTelemetry instrumentations",
    accepts: (value) => Array.isArray(value) && value.flat().every(isInstrumentation),
  },
  spanProcessors: {
    expects: 'a list of span processors, "auto" standing for the Phoenix one',
    accepts: (value) => Array.isArray(value) && value.every(isProcessor),
  },
  traceConfig: { expects: "an object of switches", accepts: isPlain },
  mask: { expects: "a function", accepts: isCallable },
  spanFilter: { expects: "a function", accepts: isCallable },
  translate: SWITCH,
  maxValueLength: { expects: "a whole number of characters above 0", accepts: (value) => isWhole(value, 1) },
  flushOnExit: SWITCH,
  spool: { expects: SPOOL_EXPECTS, accepts: isSpool },
  verbose: SWITCH,
  diagLogLevel: {
    expects: "a DiagLogLevel of @opentelemetry/api",
    accepts: (value) => typeof value === "number" && value in DiagLogLevel,
  },
  sampler: { expects: "an OpenTelemetry sampler", accepts: (value) => has(value, "shouldSample") },
  idGenerator: {
    expects: "an OpenTelemetry id generator",
    accepts: (value) => has(value, "generateTraceId", "generateSpanId"),
  },
  resource: {
    expects:
      "an OpenTelemetry resource of the 2.x line, as resourceFromAttributes() makes it, or an object of attributes",
    accepts: (value) => isResource(value) || isResourceAttributes(value),
  },
  meterProvider: { expects: "an OpenTelemetry meter provider", accepts: (value) => has(value, "getMeter") },
  spanLimits: LIMITS,
  generalLimits: LIMITS,
  forceFlushTimeoutMillis: {
    expects: "a whole number of milliseconds above 0",
    accepts: (value) => isWhole(value, 1),
  },
};

/** Throws {@link PhoenixConfigError} for the first option that `taker` cannot take. `undefined` means not given. */
export function validateOptions(options: RegisterOptions, caller: string, taker: OptionTaker): void {
  const given: unknown = options;
  if (!isPlain(given)) {
    throw new PhoenixConfigError({
      code: "PHX105",
      message: `${caller}(…): the options are an object, not ${describe(given)}. Pass { endpoint: "…" } or nothing.`,
    });
  }
  refuseWrongNames(given, caller, taker);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(OPTION_RULES, name) ? OPTION_RULES[name as keyof RegisterOptions] : undefined;
    if (rule !== undefined && !rule.accepts(value)) refuse(name, value, rule, caller);
    if (name === "traceConfig") validateTraceConfig(value, caller);
    if (name === "autoInstrument") validateAutoInstrument(value, caller);
  }
}

const refuse = (name: string, value: unknown, rule: OptionRule, caller: string): never => {
  const shown = !rule.secret && (typeof value === "string" || typeof value === "number");
  const call = shown
    ? `${caller}({ ${name}: ${typeof value === "string" ? quote(value) : String(value)} })`
    : `${caller}({ ${name} })`;
  const not = shown ? "" : `, not ${describe(value)}`;
  const meant = rule.meant?.(value);
  throw new PhoenixConfigError({
    code: rule.code ?? "PHX105",
    message: `${call}: ${name} is ${rule.expects}${not}.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`,
  });
};

const describe = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return `an object of another kind`;
  return typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
};
