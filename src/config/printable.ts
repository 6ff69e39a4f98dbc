// The printed forms of what was resolved: no secret shows in them.
import type { ResolvedHeaders } from "./headers.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** What `console.log` and `util.inspect` ask an object for. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Headers that print with `****` for every value. */
export function printableHeaders(resolved: Omit<ResolvedHeaders, "toJSON">): ResolvedHeaders {
  const masked = Object.fromEntries(Object.keys(resolved.value).map((name) => [name, "****"]));
  const toJSON = (): Omit<ResolvedHeaders, "toJSON"> => ({ ...resolved, value: masked });
  const printable = { ...resolved, toJSON, [INSPECT]: toJSON };
  return printable;
}

/** A configuration that prints its headers so. */
export function printableConfig(config: Omit<ResolvedConfig, "toJSON">): ResolvedConfig {
  return { ...config, toJSON: () => ({ ...config, headers: config.headers.toJSON() }) };
}
