// Which options each function and class takes, and what a name that is none of them was probably meant to be.
import { PhoenixConfigError } from "./config-error.ts";
import type { RegisterOptions, TracerProviderOptions } from "./options.ts";

/** Who takes options. */
export type OptionTaker =
  | "register"
  | "TracerProvider"
  | "span processors"
  | "HTTPSpanExporter"
  | "GRPCSpanExporter";

const CONNECTION = ["endpoint", "url", "apiKey", "headers"];
const LEAVING = ["traceConfig", "mask", "spanFilter", "translate", "flushOnExit", "spool"];
const KNOBS = [
  "maxExportBatchSize",
  "maxQueueSize",
  "scheduledDelayMillis",
  "exportTimeoutMillis",
  "maxQueueBytes",
];
const STOCK_EXPORTER = [
  "concurrencyLimit",
  "timeoutMillis",
  "selfObsMeterProvider",
  "compression",
  "userAgent",
];
/** Complete by their types: an option without its name here does not compile. */
const PROVIDER = Object.keys({
  endpoint: 0,
  url: 0,
  protocol: 0,
  projectName: 0,
  apiKey: 0,
  headers: 0,
  batch: 0,
  spanProcessors: 0,
  maxValueLength: 0,
  traceConfig: 0,
  mask: 0,
  spanFilter: 0,
  translate: 0,
  flushOnExit: 0,
  spool: 0,
  verbose: 0,
  sampler: 0,
  idGenerator: 0,
  resource: 0,
  meterProvider: 0,
  spanLimits: 0,
  generalLimits: 0,
  forceFlushTimeoutMillis: 0,
} satisfies Record<keyof TracerProviderOptions, 0>);
const REGISTER_ALONE = Object.keys({
  global: 0,
  setGlobalTracerProvider: 0,
  autoInstrument: 0,
  instrumentations: 0,
  diagLogLevel: 0,
} satisfies Record<Exclude<keyof RegisterOptions, keyof TracerProviderOptions>, 0>);

/** In the order in which a message names who takes an option. */
const TAKEN: Readonly<Record<OptionTaker, readonly string[]>> = {
  register: [...PROVIDER, ...REGISTER_ALONE],
  TracerProvider: PROVIDER,
  "span processors": [...CONNECTION, ...LEAVING, ...KNOBS, "protocol", "projectName", "exporter"],
  HTTPSpanExporter: [...CONNECTION, ...STOCK_EXPORTER, "httpAgentOptions", "keepAlive"],
  GRPCSpanExporter: [...CONNECTION, ...STOCK_EXPORTER, "credentials", "metadata"],
};

/** Names that others use, in plain spelling, and ours for the same: the first that is taken counts. */
const MEANT: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    exporter: ["spanExporter", "traceExporter", "exporters", "otlpExporter"],
    spanProcessors: ["exporter", "spanExporter", "traceExporter", "spanProcessor", "processor", "processors"],
    projectName: ["project", "projectId"],
    apiKey: ["key", "token", "apiToken", "phoenixApiKey", "authorization"],
    endpoint: ["host", "hostname", "baseUrl", "uri", "collectorEndpoint", "phoenixEndpoint"],
    headers: ["clientHeaders", "httpHeaders"],
    timeoutMillis: ["timeout", "timeoutMs"],
    exportTimeoutMillis: ["timeout", "timeoutMs", "timeoutMillis", "exportTimeout"],
    maxExportBatchSize: ["batchSize", "maxBatchSize"],
    scheduledDelayMillis: ["scheduleDelay", "scheduledDelay", "delay"],
    autoInstrument: ["autoInstrumentation", "autoInstrumentations"],
  } satisfies Record<string, readonly string[]>).reduce((map, [ours, theirs]) => {
    for (const name of theirs.map(plain)) map.set(name, [...(map.get(name) ?? []), ours]);
    return map;
  }, new Map<string, string[]>()),
);

/**
 * Throws {@link PhoenixConfigError} for a name that `taker` does not take and that is an option in another spelling, or
 * one of somebody else of this package. Any other name belongs to the caller. `undefined` means not given.
 */
export function refuseWrongNames(options: object, caller: string, taker: OptionTaker): void {
  const taken = TAKEN[taker];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || taken.includes(name)) continue;
    const meant = meantBy(name, taken);
    if (meant !== undefined) {
      throw wrong(`${caller}({ ${name} }): there is no option ${name}. Did you mean ${meant}?`);
    }
    const others = (Object.keys(TAKEN) as OptionTaker[]).filter((other) => TAKEN[other].includes(name));
    if (others.length === 0) continue;
    throw wrong(
      `${caller}({ ${name} }): ${name} is no option here; ${others.join(", ")} ${others.length === 1 && others[0] !== "span processors" ? "takes" : "take"} it. Give it there, or leave it out.`,
    );
  }
}

const wrong = (message: string): PhoenixConfigError => new PhoenixConfigError({ code: "PHX120", message });

function meantBy(name: string, taken: readonly string[]): string | undefined {
  const given = plain(name);
  const same = taken.find((option) => plain(option) === given);
  const usual = MEANT.get(given)?.find((option) => taken.includes(option));
  return same ?? usual ?? taken.find((option) => isNear(given, plain(option)));
}

function plain(name: string): string {
  return name.replace(/[_-]/g, "").toLowerCase();
}

/** Whether a name is another with a slip or two; short names are too near to each other for that. */
function isNear(given: string, option: string): boolean {
  const slips = option.length < 5 ? 0 : option.length < 8 ? 1 : 2;
  return slips > 0 && Math.abs(given.length - option.length) <= slips && distance(given, option) <= slips;
}

/** How many letters are to be put in, left out, changed or swapped with their neighbour. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const row = [at];
    for (let to = 1; to <= other.length; to++) {
      const isSame = one[at - 1] === other[to - 1];
      let least = Math.min(last[to]! + 1, row[to - 1]! + 1, last[to - 1]! + (isSame ? 0 : 1));
      const isSwap = one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1];
      if (at > 1 && to > 1 && isSwap) least = Math.min(least, before[to - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[other.length]!;
}
