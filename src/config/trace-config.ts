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

/** The variable of `hideInputs`. */
export const OPENINFERENCE_HIDE_INPUTS = "OPENINFERENCE_HIDE_INPUTS";
/** The variable of `hideOutputs`. */
export const OPENINFERENCE_HIDE_OUTPUTS = "OPENINFERENCE_HIDE_OUTPUTS";
/** The variable of `hideInputMessages`. */
export const OPENINFERENCE_HIDE_INPUT_MESSAGES = "OPENINFERENCE_HIDE_INPUT_MESSAGES";
/** The variable of `hideOutputMessages`. */
export const OPENINFERENCE_HIDE_OUTPUT_MESSAGES = "OPENINFERENCE_HIDE_OUTPUT_MESSAGES";
/** The variable of `hideInputImages`. */
export const OPENINFERENCE_HIDE_INPUT_IMAGES = "OPENINFERENCE_HIDE_INPUT_IMAGES";
/** The variable of `hideInputText`. */
export const OPENINFERENCE_HIDE_INPUT_TEXT = "OPENINFERENCE_HIDE_INPUT_TEXT";
/** The variable of `hideOutputText`. */
export const OPENINFERENCE_HIDE_OUTPUT_TEXT = "OPENINFERENCE_HIDE_OUTPUT_TEXT";
/** The variable of `hideLLMTools`. */
export const OPENINFERENCE_HIDE_LLM_TOOLS = "OPENINFERENCE_HIDE_LLM_TOOLS";
/** The variable of `hidePrompts`. */
export const OPENINFERENCE_HIDE_PROMPTS = "OPENINFERENCE_HIDE_PROMPTS";
/** The variable of `hideEmbeddingVectors`. */
export const OPENINFERENCE_HIDE_EMBEDDING_VECTORS = "OPENINFERENCE_HIDE_EMBEDDING_VECTORS";
/** The variable of `base64ImageMaxLength`. */
export const OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH = "OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH";

/** The default of `hideInputs`. */
export const DEFAULT_HIDE_INPUTS = false;
/** The default of `hideOutputs`. */
export const DEFAULT_HIDE_OUTPUTS = false;
/** The default of `hideInputMessages`. */
export const DEFAULT_HIDE_INPUT_MESSAGES = false;
/** The default of `hideOutputMessages`. */
export const DEFAULT_HIDE_OUTPUT_MESSAGES = false;
/** The default of `hideInputImages`. */
export const DEFAULT_HIDE_INPUT_IMAGES = false;
/** The default of `hideInputText`. */
export const DEFAULT_HIDE_INPUT_TEXT = false;
/** The default of `hideOutputText`. */
export const DEFAULT_HIDE_OUTPUT_TEXT = false;
/** The default of `hideLLMTools`. */
export const DEFAULT_HIDE_LLM_TOOLS = false;
/** The default of `hidePrompts`. */
export const DEFAULT_HIDE_PROMPTS = false;
/** The default of `hideEmbeddingVectors`. */
export const DEFAULT_HIDE_EMBEDDING_VECTORS = false;
export { DEFAULT_BASE64_IMAGE_MAX_LENGTH };
