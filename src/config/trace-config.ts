// The masking settings under the names of @arizeai/openinference-core: its variables, defaults and resolved form.
import { currentSurroundings } from "./environment.ts";
import {
  DEFAULT_BASE64_IMAGE_MAX_LENGTH,
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

export const OPENINFERENCE_HIDE_INPUTS = "OPENINFERENCE_HIDE_INPUTS";
export const OPENINFERENCE_HIDE_OUTPUTS = "OPENINFERENCE_HIDE_OUTPUTS";
export const OPENINFERENCE_HIDE_INPUT_MESSAGES = "OPENINFERENCE_HIDE_INPUT_MESSAGES";
export const OPENINFERENCE_HIDE_OUTPUT_MESSAGES = "OPENINFERENCE_HIDE_OUTPUT_MESSAGES";
export const OPENINFERENCE_HIDE_INPUT_IMAGES = "OPENINFERENCE_HIDE_INPUT_IMAGES";
export const OPENINFERENCE_HIDE_INPUT_TEXT = "OPENINFERENCE_HIDE_INPUT_TEXT";
export const OPENINFERENCE_HIDE_OUTPUT_TEXT = "OPENINFERENCE_HIDE_OUTPUT_TEXT";
export const OPENINFERENCE_HIDE_LLM_TOOLS = "OPENINFERENCE_HIDE_LLM_TOOLS";
export const OPENINFERENCE_HIDE_PROMPTS = "OPENINFERENCE_HIDE_PROMPTS";
export const OPENINFERENCE_HIDE_EMBEDDING_VECTORS = "OPENINFERENCE_HIDE_EMBEDDING_VECTORS";
export const OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH = "OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH";

export const DEFAULT_HIDE_INPUTS = false;
export const DEFAULT_HIDE_OUTPUTS = false;
export const DEFAULT_HIDE_INPUT_MESSAGES = false;
export const DEFAULT_HIDE_OUTPUT_MESSAGES = false;
export const DEFAULT_HIDE_INPUT_IMAGES = false;
export const DEFAULT_HIDE_INPUT_TEXT = false;
export const DEFAULT_HIDE_OUTPUT_TEXT = false;
export const DEFAULT_HIDE_LLM_TOOLS = false;
export const DEFAULT_HIDE_PROMPTS = false;
export const DEFAULT_HIDE_EMBEDDING_VECTORS = false;
/** Characters. */
export { DEFAULT_BASE64_IMAGE_MAX_LENGTH };
