// OpenTelemetry's variables of the SDK that this package reads or checks: off switch, attribute limit, sampler.
import type { Environment } from "./environment.ts";
import { readText } from "./environment.ts";
import type { RegisterOptions } from "./options.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { SWITCH, numberKind, readSetting, wordKind } from "./setting.ts";

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

/** Tells what OpenTelemetry's SDK, which reads these two itself, would pass over in silence. */
export function checkSampler(environment: Environment, problems: Problems): void {
  const sampler = readSetting(
    environment,
    ["OTEL_TRACES_SAMPLER"],
    SAMPLERS,
    '"parentbased_always_on" (default)',
    problems,
  );
  if (!RATIO_SAMPLERS.some((name) => name === sampler?.value)) return;
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
}
