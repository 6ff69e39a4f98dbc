// Reads the OpenInference values of a context: session, user, metadata, tags, prompt template. The keys
// are those of @arizeai/openinference-core, so values set by either package are seen by both.
import { createContextKey, ROOT_CONTEXT, type Attributes, type Context } from "@opentelemetry/api";
import {
  METADATA,
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  PROMPT_TEMPLATE_VERSION,
  SESSION_ID,
  TAG_TAGS,
  USER_ID,
} from "@arizeai/openinference-semantic-conventions";

const contextKey = (name: string): symbol => createContextKey(`OpenInference SDK Context Key ${name}`);

/** The context key of each OpenInference value, by its attribute name. */
export const CONTEXT_KEYS: Readonly<Record<string, symbol>> = {
  [SESSION_ID]: contextKey(SESSION_ID),
  [USER_ID]: contextKey(USER_ID),
  [METADATA]: contextKey(METADATA),
  [TAG_TAGS]: contextKey(TAG_TAGS),
  [PROMPT_TEMPLATE_TEMPLATE]: contextKey(PROMPT_TEMPLATE_TEMPLATE),
  [PROMPT_TEMPLATE_VARIABLES]: contextKey(PROMPT_TEMPLATE_VARIABLES),
  [PROMPT_TEMPLATE_VERSION]: contextKey(PROMPT_TEMPLATE_VERSION),
};

/** The context key of further attributes, held as a JSON object. */
export const ATTRIBUTES_KEY: symbol = contextKey("attributes");

const KEYS = Object.entries(CONTEXT_KEYS);

const parsed = (json: unknown): unknown => {
  if (typeof json !== "string") return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/** Tags are a list of strings in the specification; the context holds them as JSON. */
const tagList = (value: unknown): string[] | undefined => {
  const list = Array.isArray(value) ? value : parsed(value);
  if (!Array.isArray(list)) return undefined;
  return list.filter((tag): tag is string => typeof tag === "string");
};

/**
 * Reads what the context says about every span started in it; `undefined` when it says nothing, so the
 * common case allocates nothing.
 */
export function attributesFromContext(context: Context): Attributes | undefined {
  if (context === ROOT_CONTEXT) return undefined;
  let attributes: Attributes | undefined;
  const more = context.getValue(ATTRIBUTES_KEY);
  if (more !== undefined) {
    const object = parsed(more);
    if (typeof object === "object" && object !== null) attributes = { ...(object as Attributes) };
  }
  for (const [name, key] of KEYS) {
    const held = context.getValue(key);
    if (held === undefined) continue;
    const value = name === TAG_TAGS ? tagList(held) : held;
    if (typeof value !== "string" && !Array.isArray(value)) continue;
    attributes ??= {};
    attributes[name] = value;
  }
  return attributes;
}
