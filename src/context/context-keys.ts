// The context keys of the OpenInference values. They are those of @arizeai/openinference-core, so values set by either
// package are seen by both.
import { createContextKey } from "@opentelemetry/api";

const contextKey = (name: string): symbol => createContextKey(`OpenInference SDK Context Key ${name}`);

/** The context key of each OpenInference value, by its attribute name; `attributes` are further ones, as JSON. */
export const ContextAttributes: {
  readonly "llm.prompt_template.template": symbol;
  readonly "llm.prompt_template.variables": symbol;
  readonly "llm.prompt_template.version": symbol;
  readonly "session.id": symbol;
  readonly metadata: symbol;
  readonly "user.id": symbol;
  readonly "tag.tags": symbol;
  readonly attributes: symbol;
} = {
  "llm.prompt_template.template": contextKey("llm.prompt_template.template"),
  "llm.prompt_template.variables": contextKey("llm.prompt_template.variables"),
  "llm.prompt_template.version": contextKey("llm.prompt_template.version"),
  "session.id": contextKey("session.id"),
  metadata: contextKey("metadata"),
  "user.id": contextKey("user.id"),
  "tag.tags": contextKey("tag.tags"),
  attributes: contextKey("attributes"),
};
