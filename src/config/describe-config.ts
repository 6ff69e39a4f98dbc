// The verbose details of register(): every setting, and where it came from.
import type { ResolvedConfig } from "./resolved-config.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import type { Destination } from "./target.ts";

/** Gives project, processor, endpoint, protocol and headers, each with its source, as lines. Holds no secret. */
export function describeConfig(config: ResolvedConfig): string {
  const { target, headers } = config;
  const { fallback } = target.value;
  const through = ({ proxy }: Destination): string[][] =>
    proxy === undefined ? [] : [["proxy", proxy.value, proxy.source]];
  const lines = [
    ["project", config.projectName.value, config.projectName.source],
    ["sends to", `${target.value.url} by ${target.value.protocol}`, target.source],
    ...through(target.value),
    ...(fallback ? [["or else", `${fallback.url} by ${fallback.protocol}`, target.source]] : []),
    ...(fallback ? through(fallback) : []),
    ...describeOff(config),
    ["processor", config.batch.value ? "BatchSpanProcessor" : "SimpleSpanProcessor", config.batch.source],
    ...Object.keys(headers.value).map((name) => ["header", `${name}: ****`, headers.sources[name]]),
    ...(config.spool === undefined ? [] : [["spool", config.spool.value.dir, config.spool.source]]),
    ...describeMasking(config.masking),
    ["global", String(config.global.value), config.global.source],
  ];
  return [
    "phoenix-otel",
    ...lines.map(([label = "", value, source]) => `  ${label.padEnd(9)}  ${value}  (${source})`),
  ].join("\n");
}

/** Why nothing is sent, where a variable says so. */
function describeOff({ disabled, sendsTraces, sampler }: ResolvedConfig): string[][] {
  if (disabled.value) return [["off", "nothing is recorded", disabled.source]];
  if (!sendsTraces.value) return [["off", "nothing is sent", sendsTraces.source]];
  return sampler === undefined ? [] : [["sampler", sampler.value, sampler.source]];
}

/** What is hidden; nothing where that is only what always is. */
function describeMasking(masking: ResolvedConfig["masking"]): string[][] {
  const { hidden, base64ImageMaxLength: limit, blobUploader, hasMask } = masking;
  return [
    ...Object.entries(hidden).map(([setting, source]) => ["hides", setting, source]),
    ...(limit.source === DEFAULT_SOURCE
      ? []
      : [["hides", `base64 images over ${limit.value} characters`, limit.source]]),
    ...(blobUploader === undefined
      ? []
      : [["images", "stored elsewhere", "option traceConfig.blobUploader"]]),
    ...(hasMask ? [["mask", "a function", "option mask"]] : []),
  ];
}
