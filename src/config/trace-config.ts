// The masking settings that hold, in the form of @arizeai/openinference-core.
import { currentSurroundings } from "./environment.ts";
import {
  HIDE_SETTINGS,
  type HideSetting,
  resolveMasking,
  type TraceConfigOptions,
  validateTraceConfig,
} from "./masking-settings.ts";

/** Every setting of {@link TraceConfigOptions} with the value that holds, but the uploader, which may be none. */
export type TraceConfig = Readonly<Required<Omit<TraceConfigOptions, "blobUploader">>>;

/**
 * Gives the value that holds for every setting: the option, else its `OPENINFERENCE_*` variable, else the default.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export function generateTraceConfig(options?: TraceConfigOptions): TraceConfig {
  const traceConfig = options ?? {};
  validateTraceConfig(traceConfig, "generateTraceConfig");
  const { hidden, base64ImageMaxLength } = resolveMasking(
    { traceConfig },
    currentSurroundings().environment,
    [],
  );
  const switches = HIDE_SETTINGS.map((setting) => [setting, hidden[setting] !== undefined]);
  return {
    ...(Object.fromEntries(switches) as Record<HideSetting, boolean>),
    hideEmbeddingVectors: hidden.hideEmbeddingsVectors !== undefined,
    base64ImageMaxLength: base64ImageMaxLength.value,
  };
}
