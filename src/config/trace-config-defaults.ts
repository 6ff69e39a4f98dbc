// The variables and defaults of the masking settings by their names in @arizeai/openinference-core.

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
/** Characters of a base64 image that are kept by default. */
export const DEFAULT_BASE64_IMAGE_MAX_LENGTH = 32_000;
