// Takes parts out of the JSON that a wrapper records of a request to a model: its tools, its parameters, its prompts.
import { REDACTED, type RequestPart } from "./masking-rules.ts";

/** The names that SDKs give to each part. The span's own invocation parameters add to those of `parameters`. */
const NAMES: Readonly<Record<RequestPart, readonly string[]>> = {
  tools: ["tools", "functions", "toolConfig", "tool_config", "toolSet", "activeTools"],
  parameters: [
    "temperature",
    "top_p",
    "topP",
    "top_k",
    "topK",
    "max_tokens",
    "maxTokens",
    "max_completion_tokens",
    "max_output_tokens",
    "maxOutputTokens",
    "frequency_penalty",
    "frequencyPenalty",
    "presence_penalty",
    "presencePenalty",
    "stop",
    "stop_sequences",
    "stopSequences",
    "seed",
    "response_format",
    "responseFormat",
    "reasoning",
    "reasoning_effort",
    "tool_choice",
    "toolChoice",
    "generationConfig",
    "inferenceConfig",
  ],
  prompts: ["prompt", "prompts"],
  choices: ["choices"],
};

/** Levels of objects that are searched: SDKs put parameters into `config`, `options`, `body`. Messages lie deeper. */
const DEPTH = 3;

/**
 * The text without these parts. Text that is no JSON of an object or a list repeats none and stays; such JSON that cannot
 * be read, as where it was cut, is redacted when it names one of them.
 *
 * @param parameters the JSON of the span's `llm.invocation_parameters`, whose names the request has too.
 */
export function withoutParts(text: string, parts: readonly RequestPart[], parameters: unknown): string {
  if (!/^\s*[{[]/.test(text)) return text;
  const names = new Set(parts.flatMap((part) => NAMES[part]));
  if (parts.includes("parameters")) for (const name of namesIn(parameters)) names.add(name);
  if (![...names].some((name) => text.includes(`"${name}"`))) return text;
  try {
    const value: unknown = JSON.parse(text);
    const found = removeNames(value, names, DEPTH);
    return found ? JSON.stringify(value) : text;
  } catch {
    return REDACTED;
  }
}

const namesIn = (parameters: unknown): string[] => {
  if (typeof parameters !== "string") return [];
  try {
    const value: unknown = JSON.parse(parameters);
    return isObject(value) ? Object.keys(value).filter((name) => name !== "model") : [];
  } catch {
    return [];
  }
};

/** Removes properties in place; lists are the arguments of a call at the top, and messages below. */
function removeNames(value: unknown, names: ReadonlySet<string>, depth: number): boolean {
  if (Array.isArray(value)) {
    return depth === DEPTH && value.map((item) => removeNames(item, names, depth - 1)).some(Boolean);
  }
  if (!isObject(value)) return false;
  let found = false;
  for (const [name, held] of Object.entries(value)) {
    if (names.has(name)) {
      delete value[name];
      found = true;
    } else if (depth > 0 && !Array.isArray(held) && removeNames(held, names, depth - 1)) found = true;
  }
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
