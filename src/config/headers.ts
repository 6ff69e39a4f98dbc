// Which headers go with every request, and where each came from.
import { PhoenixConfigError } from "./config-error.ts";
import type { LiveHeaders } from "./live-headers.ts";
import type { RegisterOptions } from "./options.ts";
import { headerFault, parseHeaders } from "./parse-headers.ts";
import { printableHeaders } from "./printable.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import type { Tier } from "./tier.ts";
import { readVariable } from "./tier.ts";
import { unquoted } from "./unquoted.ts";

type Headers = Readonly<Record<string, string>>;

/** What will be sent, `authorization` included, with a source per header. Values are secrets. */
export interface ResolvedHeaders extends Resolved<Headers> {
  /** By header name. Has `authorization` without a value where the option `apiKey` is a function. */
  readonly sources: Readonly<Record<string, string>>;
  /** Set where a function gives headers or key: asked for all headers of each request. `value` has the others. */
  readonly live?: LiveHeaders;
  /** The same with `****` for every value; Node's `inspect` shows this form too. */
  toJSON(): Pick<ResolvedHeaders, "value" | "source" | "sources">;
}

/** Headers of one source. */
export interface HeaderLayer {
  readonly headers: Headers;
  readonly source: string;
}

/** The headers a tier's variables name, the strongest first. Empty when none names a usable one. */
export function readHeaderLayers(tier: Tier, problems: Problems): HeaderLayer[] {
  const layers = [
    readApiKey(tier, problems),
    ...(
      ["PHOENIX_CLIENT_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"] as const
    ).map((variable) => {
      const text = readVariable(tier, variable);
      if (text === undefined) return undefined;
      const { headers, broken } = parseHeaders(text.value);
      if (broken.length > 0) {
        const parts = broken.map(({ position, reason }) => `${position} (${reason})`).join(", ");
        problems.push({
          code: "PHX106",
          message: `${text.source} has broken headers: ${parts}. Using the others. Write it as name=value,name=value, percent-encoded, or as a JSON object of strings.`,
        });
      }
      return { headers, source: text.source };
    }),
  ];
  return layers.filter(
    (layer) => layer !== undefined && Object.keys(layer.headers).length > 0,
  ) as HeaderLayer[];
}

const readApiKey = (tier: Tier, problems: Problems): HeaderLayer | undefined => {
  const key = readVariable(tier, "PHOENIX_API_KEY");
  if (key === undefined) return undefined;
  const headers = bearer(key.value);
  if (headerFault("authorization", headers.authorization) === undefined)
    return { headers, source: key.source };
  problems.push({
    code: "PHX108",
    message: `${key.source} (${key.value.length} characters) has characters a header cannot hold. Sending without it. Copy the key again.`,
  });
  return undefined;
};

/** How a key looks that was copied out of a header. */
const COPIED = /^(?:authorization\s*[:=]\s*)?(?:bearer(?:\s+|$))+/i;

/**
 * The header of an API key; none for a blank one. Takes off what came with the key: quotes, and the words in front of it.
 * Throws nothing: what cannot be sent shows in {@link headerFault}.
 */
function bearer(text: string): { readonly authorization?: string } {
  const key = unquoted(unquoted(text).replace(COPIED, ""));
  return key === "" ? {} : { authorization: `Bearer ${key}` };
}

/** The headers given as options, the strongest first; functions are not called. Throws {@link PhoenixConfigError}. */
export function optionHeaderLayers(options: RegisterOptions, caller: string): HeaderLayer[] {
  const layers: HeaderLayer[] = [];
  if (typeof options.headers === "object") {
    layers.push({
      headers: checkHeaders(options.headers, `${caller}({ headers })`),
      source: "option headers",
    });
  }
  if (typeof options.apiKey === "string") {
    layers.push({ headers: checkApiKey(options.apiKey, `${caller}({ apiKey })`), source: "option apiKey" });
  }
  return layers;
}

/** Lower-cases names; throws {@link PhoenixConfigError} naming a header that cannot be sent by position. */
export function checkHeaders(headers: unknown, where: string): Headers {
  if (typeof headers !== "object" || headers === null || Symbol.iterator in headers) {
    throw new PhoenixConfigError({ code: "PHX107", message: `${where}: headers are an object of strings.` });
  }
  const entries = Object.entries(headers);
  for (const [index, [name, value]] of entries.entries()) {
    const fault = headerFault(name, value);
    if (fault === undefined) continue;
    throw new PhoenixConfigError({
      code: "PHX107",
      message: `${where}: header ${index + 1} of ${entries.length} cannot be sent, ${fault}.`,
    });
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The header of an API key; throws {@link PhoenixConfigError} for a key that cannot be sent. */
export function checkApiKey(key: unknown, where: string): Headers {
  if (typeof key !== "string") {
    throw new PhoenixConfigError({ code: "PHX108", message: `${where}: an API key is a string.` });
  }
  const headers = bearer(key);
  if (
    headers.authorization !== undefined &&
    headerFault("authorization", headers.authorization) !== undefined
  ) {
    throw new PhoenixConfigError({
      code: "PHX108",
      message: `${where}: the key (${key.length} characters) has characters a header cannot hold. Copy it again.`,
    });
  }
  return headers;
}

/** Merges layers key by key, the first that has a key winning. An `apiKey` function takes the place of every weaker key. */
export function mergeHeaders(layers: readonly HeaderLayer[], options: RegisterOptions): ResolvedHeaders {
  const value = new Map<string, string>();
  const sources = new Map<string, string>();
  for (const layer of layers) {
    for (const [name, text] of Object.entries(layer.headers)) {
      if (sources.has(name)) continue;
      sources.set(name, layer.source);
      value.set(name, text);
    }
  }
  if (typeof options.apiKey === "function" && sources.get("authorization") !== "option headers") {
    value.delete("authorization");
    sources.set("authorization", "option apiKey");
  }
  const live = typeof options.headers === "function" ? ["option headers"] : [];
  const distinct = new Set([...live, ...sources.values()]);
  return printableHeaders({
    value: Object.fromEntries(value),
    sources: Object.fromEntries(sources),
    source: distinct.size === 0 ? DEFAULT_SOURCE : [...distinct].join(", "),
  });
}
