// OpenTelemetry's variables of the SDK that this package reads or checks: off switch, attribute limit, sampler.
import type { Environment } from "./environment.ts";
import { readText } from "./environment.ts";
import type { RegisterOptions } from "./options.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { SWITCH, numberKind, quote, readSetting, wordKind } from "./setting.ts";
import { unquoted } from "./unquoted.ts";

/** OpenTelemetry's 128 would cut the output and the token counts off a long chat. */
const DEFAULT_ATTRIBUTE_COUNT_LIMIT = 10_000;

/** Whether `OTEL_SDK_DISABLED` turns tracing off. */
export function readDisabled(environment: Environment, problems: Problems): Resolved<boolean> {
  return (
    readSetting(environment, ["OTEL_SDK_DISABLED"], SWITCH, '"false" (default)', problems) ?? {
      value: false,
      source: DEFAULT_SOURCE,
    }
  );
}

/**
 * Whether `OTEL_TRACES_EXPORTER` is `none`: then nothing is sent by a processor that nobody asked for by name. Anything else
 * says what OpenTelemetry's own setup would do; what is there for Phoenix sends by OTLP.
 */
export function readSendsTraces(environment: Environment, problems: Problems): Resolved<boolean> {
  const variable = "OTEL_TRACES_EXPORTER";
  const text = readText(environment, variable);
  const names = (text ?? "")
    .toLowerCase()
    .split(",")
    .flatMap((name) => unquoted(name) || []);
  if (text === undefined || names.length === 0) return { value: true, source: DEFAULT_SOURCE };
  if (names.every((name) => name === "none")) return { value: false, source: variable };
  const unknown = names.filter((name) => name !== "otlp");
  if (unknown.length > 0) {
    problems.push({
      code: "PHX116",
      message: `${variable} is ${quote(text)}; of these there is only "otlp" here, or "none" alone. Sending to Phoenix by OTLP. Set it to "otlp", or to "none" to send nothing.`,
    });
  }
  return { value: true, source: variable };
}

/** What OpenTelemetry's SDK reads by itself, quotes included. */
const READ_BY_SDK = [
  "OTEL_SERVICE_NAME",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
] as const;

/** Tells of quotes around a value that this package cannot take off, as it is OpenTelemetry's SDK that reads it. */
export function checkQuotes(environment: Environment, problems: Problems): void {
  for (const variable of READ_BY_SDK) {
    const text = environment[variable]?.trim() ?? "";
    if (unquoted(text) === text) continue;
    problems.push({
      code: "PHX125",
      message: `${variable} is ${quote(text)} with its quotes, which OpenTelemetry's SDK takes as part of it. Write it without them.`,
    });
  }
}

/** How many attributes a span may have: option, then `OTEL_SPAN_…`, then `OTEL_ATTRIBUTE_COUNT_LIMIT`, then 10,000. */
export function resolveAttributeCountLimit(
  options: RegisterOptions,
  environment: Environment,
  problems: Problems,
): Resolved<number> {
  const variables = ["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"] as const;
  const kind = numberKind("a whole number of attributes", 0);
  const read = readSetting(environment, variables, kind, "10000 (default)", problems);
  if (options.spanLimits?.attributeCountLimit !== undefined) {
    return { value: options.spanLimits.attributeCountLimit, source: "option spanLimits" };
  }
  if (options.generalLimits?.attributeCountLimit !== undefined) {
    return { value: options.generalLimits.attributeCountLimit, source: "option generalLimits" };
  }
  return read ?? { value: DEFAULT_ATTRIBUTE_COUNT_LIMIT, source: DEFAULT_SOURCE };
}

const RATIO_SAMPLERS = ["traceidratio", "parentbased_traceidratio"] as const;
const SAMPLERS = wordKind(
  "parentbased_always_on",
  "always_on",
  "always_off",
  "parentbased_always_off",
  ...RATIO_SAMPLERS,
);

/**
 * The sampler that OpenTelemetry's SDK makes of its variables, which it reads itself; undefined for its default. Tells what
 * the SDK would pass over in silence.
 */
export function readSampler(environment: Environment, problems: Problems): Resolved<string> | undefined {
  const sampler = readSetting(
    environment,
    ["OTEL_TRACES_SAMPLER"],
    SAMPLERS,
    '"parentbased_always_on" (default)',
    problems,
  );
  if (!RATIO_SAMPLERS.some((name) => name === sampler?.value)) return sampler;
  const ratio = {
    expects: "a number from 0 to 1",
    parse: (text: string) => (Number(text) >= 0 && Number(text) <= 1 ? Number(text) : undefined),
  };
  readSetting(environment, ["OTEL_TRACES_SAMPLER_ARG"], ratio, "1 (every trace)", problems);
  if (readText(environment, "OTEL_TRACES_SAMPLER_ARG") === undefined) {
    problems.push({
      code: "PHX116",
      message: `OTEL_TRACES_SAMPLER is "${sampler?.value}" and OTEL_TRACES_SAMPLER_ARG is not set. Using 1 (every trace). Set it to a number from 0 to 1.`,
    });
  }
  return sampler;
}
