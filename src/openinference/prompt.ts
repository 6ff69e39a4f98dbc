// Prompt templates: from a description to attributes.
import type { Attributes } from "@opentelemetry/api";
import {
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  PROMPT_TEMPLATE_VERSION,
} from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "./attribute-writer.ts";

/** A prompt template, as `setPromptTemplate` takes it. */
export interface PromptTemplateDescription {
  readonly template?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly version?: string | undefined;
}

/** The attributes of a description, each text at most `maxLength` characters long. */
export function promptAttributes(description: PromptTemplateDescription, maxLength: number): Attributes {
  return writeAttributes(maxLength, (to) => {
    to.text(PROMPT_TEMPLATE_TEMPLATE, description.template);
    to.json(PROMPT_TEMPLATE_VARIABLES, description.variables);
    to.id(PROMPT_TEMPLATE_VERSION, description.version);
  });
}

/** Reads the one object a prompt function renders from as the template's variables. */
export function readPromptArguments(args: readonly unknown[]): PromptTemplateDescription {
  const [variables] = args;
  if (args.length !== 1 || typeof variables !== "object" || variables === null || Array.isArray(variables)) {
    return {};
  }
  return { variables: variables as Record<string, unknown> };
}
