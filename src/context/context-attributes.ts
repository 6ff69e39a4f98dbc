// What a context says about the spans that start in it, as span attributes.
import { type Attributes, type Context, ROOT_CONTEXT, type Span } from "@opentelemetry/api";
import { ContextAttributes } from "./context-keys.ts";
import { parseObject, parseTags } from "./held-value.ts";

const { attributes: ATTRIBUTES_KEY, ...NAMED } = ContextAttributes;
const KEYS = Object.entries(NAMED);

/** Gives the OpenInference attributes of a context, as every span that starts in it carries them. */
export function getAttributesFromContext(context: Context): Attributes {
  return attributesFromContext(context) ?? {};
}

/** {@link getAttributesFromContext}; `undefined` when the context says nothing, so that this allocates nothing. */
export function attributesFromContext(context: Context): Attributes | undefined {
  if (context === ROOT_CONTEXT) return undefined;
  let attributes: Attributes | undefined;
  const more = context.getValue(ATTRIBUTES_KEY);
  if (more !== undefined) attributes = parseObject(more) as Attributes | undefined;
  for (const [name, key] of KEYS) {
    const held = context.getValue(key);
    if (held === undefined) continue;
    const value = name === "tag.tags" ? parseTags(held) : held;
    if (typeof value !== "string" && !Array.isArray(value)) continue;
    attributes ??= {};
    attributes[name] = value;
  }
  return attributes;
}

/** A span whose attributes can be read back. */
type AttributedSpan = Pick<Span, "setAttribute"> & { readonly attributes?: Attributes };

/** Sets what the context says on a span that has started; a key that the span has is not touched. */
export function addAttributesFromContext(span: AttributedSpan, context: Context): void {
  const attributes = attributesFromContext(context);
  if (attributes === undefined) return;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && span.attributes?.[key] === undefined) span.setAttribute(key, value);
  }
}
