// What of spans is hidden: OpenInference's variables, and traceConfig over them, key by key.
import { PhoenixConfigError } from "./config-error.ts";
import type { AttributeValue } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { Environment, Variable } from "./environment.ts";
import { readText } from "./environment.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { quote } from "./setting.ts";
import { DEFAULT_BASE64_IMAGE_MAX_LENGTH } from "./trace-config-defaults.ts";

/** What {@link BlobUploader} is told of an image. */
export interface BlobDetails {
  /** For example `image/png`. */
  readonly mimeType: string;
  /** Of the bytes, in hexadecimal: a name for the blob under which it is stored once. */
  readonly sha256: string;
  /** Takes the upload that is under way: `provider.flush()` waits for it. */
  readonly waitUntil: (upload: Promise<unknown>) => void;
}

/** Gives, at once, the absolute URI that stands in the span instead of the image; `undefined` redacts it. */
export type BlobUploader = (bytes: Uint8Array, details: BlobDetails) => string | undefined;

/** What of every span is hidden before it leaves. Each key has its `OPENINFERENCE_*` variable, over which it wins. */
export interface TraceConfigOptions {
  /** Hides inputs: values, messages, tools, prompts, template variables, tool parameters, texts to embed. */
  hideInputs?: boolean;
  /** Hides outputs: values, messages, choices, documents, and what exceptions and the status say. */
  hideOutputs?: boolean;
  /** Hides the messages to a model, and the input value that repeats them. */
  hideInputMessages?: boolean;
  /** Hides the messages of a model, and the output value that repeats them. */
  hideOutputMessages?: boolean;
  /** Hides the texts of the messages to a model, and the input value that repeats them. */
  hideInputText?: boolean;
  /** Hides the texts of the messages of a model, and the output value that repeats them. */
  hideOutputText?: boolean;
  /** Hides the images among the messages to a model, in the input value too. */
  hideInputImages?: boolean;
  hideLLMInvocationParameters?: boolean;
  hideLLMTools?: boolean;
  /** Hides the prompts of a completion, `llm.prompts`. */
  hidePrompts?: boolean;
  /** Hides the choices of a completion, `llm.choices`. */
  hideChoices?: boolean;
  hideEmbeddingsVectors?: boolean;
  /** The same as `hideEmbeddingsVectors`, under the name `@arizeai/openinference-core` uses. */
  hideEmbeddingVectors?: boolean;
  hideEmbeddingsText?: boolean;
  /** Characters of a base64 image that are kept, 32,000 by default; a longer one is redacted. */
  base64ImageMaxLength?: number;
  /** Is asked for each base64 image over the limit, instead of redacting it. */
  blobUploader?: BlobUploader;
}

/**
 * Decides what is recorded of a value: the value itself, another one, or `undefined` to leave it out. Asked after the
 * rules of `traceConfig` for every attribute of spans, events and links; an exception's texts have their keys
 * (`exception.message`), the status message has `status.message`. `span` is the span before it is masked. Where it throws
 * or gives a promise, the value is redacted.
 */
export type Mask = (key: string, value: AttributeValue, span: ReadableSpan) => AttributeValue | undefined;

/** The keys of {@link TraceConfigOptions} that are switches, one spelling each. */
export type HideSetting = Exclude<
  keyof TraceConfigOptions,
  "hideEmbeddingVectors" | "base64ImageMaxLength" | "blobUploader"
>;

/** What is hidden, each with its source. */
export interface MaskingSettings {
  /** The switches that are on, with the source of each. */
  readonly hidden: Readonly<Partial<Record<HideSetting, string>>>;
  /** Characters. */
  readonly base64ImageMaxLength: Resolved<number>;
  readonly blobUploader: BlobUploader | undefined;
  /** Whether the program gave a mask of its own. */
  readonly hasMask: boolean;
}

/** Each switch and its variables: the first is the name in the documentation, the others are older. */
const SWITCHES: Readonly<Record<HideSetting, readonly Variable[]>> = {
  hideInputs: ["OPENINFERENCE_HIDE_INPUTS"],
  hideOutputs: ["OPENINFERENCE_HIDE_OUTPUTS"],
  hideInputMessages: ["OPENINFERENCE_HIDE_INPUT_MESSAGES"],
  hideOutputMessages: ["OPENINFERENCE_HIDE_OUTPUT_MESSAGES"],
  hideInputText: ["OPENINFERENCE_HIDE_INPUT_TEXT"],
  hideOutputText: ["OPENINFERENCE_HIDE_OUTPUT_TEXT"],
  hideInputImages: ["OPENINFERENCE_HIDE_INPUT_IMAGES"],
  hideLLMInvocationParameters: ["OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS"],
  hideLLMTools: ["OPENINFERENCE_HIDE_LLM_TOOLS"],
  hidePrompts: ["OPENINFERENCE_HIDE_PROMPTS", "OPENINFERENCE_HIDE_LLM_PROMPTS"],
  hideChoices: ["OPENINFERENCE_HIDE_CHOICES"],
  hideEmbeddingsVectors: ["OPENINFERENCE_HIDE_EMBEDDINGS_VECTORS", "OPENINFERENCE_HIDE_EMBEDDING_VECTORS"],
  hideEmbeddingsText: ["OPENINFERENCE_HIDE_EMBEDDINGS_TEXT"],
};

const MAX_LENGTH_VARIABLE = "OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH";

/** Every switch of {@link TraceConfigOptions}, one spelling each. */
export const HIDE_SETTINGS = Object.keys(SWITCHES) as readonly HideSetting[];

/**
 * Resolves what is hidden. A variable that is not understood is told and hides; a wrong `traceConfig` must have been
 * refused before, by {@link validateTraceConfig}.
 */
export function resolveMasking(
  { traceConfig, mask }: { readonly traceConfig?: TraceConfigOptions; readonly mask?: Mask },
  environment: Environment,
  problems: Problems,
): MaskingSettings {
  const hidden: Partial<Record<HideSetting, string>> = {};
  for (const setting of HIDE_SETTINGS) {
    const given = switchOf(traceConfig, setting);
    const ofVariable = readSwitch(environment, SWITCHES[setting], problems);
    if (given === true) hidden[setting] = `option traceConfig.${setting}`;
    else if (given === undefined && ofVariable !== undefined) hidden[setting] = ofVariable;
  }
  const ofVariable = readMaxLength(environment, problems);
  const given = traceConfig?.base64ImageMaxLength;
  return {
    hidden,
    base64ImageMaxLength:
      given === undefined ? ofVariable : { value: given, source: "option traceConfig.base64ImageMaxLength" },
    blobUploader: traceConfig?.blobUploader,
    hasMask: mask !== undefined,
  };
}

/** Gives the source of the first variable that hides; `undefined` when none does. */
const readSwitch = (
  environment: Environment,
  variables: readonly Variable[],
  problems: Problems,
): string | undefined => {
  let hides: string | undefined;
  for (const variable of variables) {
    const text = readText(environment, variable);
    const word = text?.toLowerCase();
    if (text === undefined || word === "false") continue;
    hides ??= variable;
    if (word === "true") continue;
    problems.push({
      code: "PHX116",
      message: `${variable} is ${quote(text)}, which is neither "true" nor "false". Hiding it, to be safe. Set it to "true" or "false".`,
    });
  }
  return hides;
};

const readMaxLength = (environment: Environment, problems: Problems): Resolved<number> => {
  const text = readText(environment, MAX_LENGTH_VARIABLE);
  if (text === undefined) return { value: DEFAULT_BASE64_IMAGE_MAX_LENGTH, source: DEFAULT_SOURCE };
  const value = Number(text);
  if (isLength(value)) return { value, source: MAX_LENGTH_VARIABLE };
  problems.push({
    code: "PHX116",
    message: `${MAX_LENGTH_VARIABLE} is ${quote(text)}, which is not a whole number of characters. Using ${DEFAULT_BASE64_IMAGE_MAX_LENGTH} (default). Set it to a whole number of characters.`,
  });
  return { value: DEFAULT_BASE64_IMAGE_MAX_LENGTH, source: DEFAULT_SOURCE };
};

const isLength = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && (Number.isSafeInteger(value) || value === Infinity);

const switchOf = (config: TraceConfigOptions | undefined, setting: HideSetting): boolean | undefined =>
  setting === "hideEmbeddingsVectors"
    ? (config?.hideEmbeddingsVectors ?? config?.hideEmbeddingVectors)
    : config?.[setting];

const KEYS: ReadonlySet<string> = new Set([
  ...HIDE_SETTINGS,
  "hideEmbeddingVectors",
  "base64ImageMaxLength",
  "blobUploader",
]);

/** Throws {@link PhoenixConfigError} for a `traceConfig` that cannot be right: a leak must not pass for a setting. */
export function validateTraceConfig(given: unknown, caller: string): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrong(`${caller}({ traceConfig })`, "traceConfig is an object of switches");
  }
  for (const [key, value] of Object.entries(given)) {
    const call = `${caller}({ traceConfig: { ${key} } })`;
    if (!KEYS.has(key)) {
      const meant = [...KEYS].find((name) => plain(name) === plain(key));
      throw new PhoenixConfigError({
        code: "PHX120",
        message: `${call}: there is no ${key} in traceConfig.${meant === undefined ? ` It knows ${[...KEYS].join(", ")}.` : ` Did you mean ${meant}?`}`,
      });
    }
    if (value === undefined) continue;
    if (key === "base64ImageMaxLength") {
      if (!isLength(value)) throw wrong(call, `${key} is a whole number of characters`);
    } else if (key === "blobUploader") {
      if (typeof value !== "function") throw wrong(call, `${key} is a function`);
    } else if (typeof value !== "boolean") throw wrong(call, `${key} is true or false`);
  }
  const { hideEmbeddingsVectors, hideEmbeddingVectors } = given as TraceConfigOptions;
  if (
    hideEmbeddingsVectors !== undefined &&
    hideEmbeddingVectors !== undefined &&
    hideEmbeddingsVectors !== hideEmbeddingVectors
  ) {
    throw new PhoenixConfigError({
      code: "PHX103",
      message: `${caller}({ traceConfig }): hideEmbeddingsVectors is ${hideEmbeddingsVectors} and hideEmbeddingVectors is ${hideEmbeddingVectors}; the two mean the same. Give one of them.`,
    });
  }
}

const wrong = (call: string, expects: string): PhoenixConfigError =>
  new PhoenixConfigError({ code: "PHX105", message: `${call}: ${expects}.` });

const plain = (name: string): string => name.replace(/[_-]/g, "").toLowerCase();
