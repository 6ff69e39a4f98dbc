// resolveConfig(): from options and surroundings to settings, each with its source. No side effect.
import { defaultConfig } from "./default-config.ts";
import type { Surroundings } from "./environment.ts";
import { currentSurroundings } from "./environment.ts";
import { isNothingSet } from "./nothing-set.ts";
import type { OptionTaker } from "./option-names.ts";
import type { RegisterOptions } from "./options.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { settingsPart } from "./settings-part.ts";

/**
 * Resolves what `register(options)` would use, from the options, the environment and `.env.phoenix`, and does nothing
 * else: prints nothing, sends nothing, installs nothing, calls no function among the options.
 * Throws {@link PhoenixConfigError} for a wrong option.
 */
export function resolveConfig(options: RegisterOptions = {}): ResolvedConfig {
  return resolveConfigIn(options, currentSurroundings(), "resolveConfig");
}

/**
 * {@link resolveConfig} in given surroundings. `caller` is what error messages name, `taker` whose options these are.
 * What reads options and variables is itself read only where there are any.
 */
export function resolveConfigIn(
  options: RegisterOptions,
  surroundings: Surroundings,
  caller: string,
  taker: OptionTaker = "register",
): ResolvedConfig {
  if (isNothingSet(options, surroundings)) return defaultConfig();
  const part = settingsPart.get(true);
  return part?.resolveSettings(options, surroundings, caller, taker) ?? defaultConfig({ disabled: true });
}
