// What register() prints: the problems it met and, when asked, the tracing details. All on stderr.
import type { ResolvedConfig } from "./config/resolved-config.ts";
import { settingsPart } from "./config/settings-part.ts";
import { printOnce, sayAll } from "./diagnostics.ts";

/** Prints the problems of a configuration and, when `verbose`, where every value came from. */
export function report(config: ResolvedConfig): void {
  sayAll(config.problems);
  const part = config.verbose.value ? settingsPart.get() : undefined;
  if (part !== undefined) printOnce(part.describeConfig(config));
}
