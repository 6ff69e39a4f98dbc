// The variables of a prompt as attributes.
import type { Attributes } from "@opentelemetry/api";
import { PROMPT_TEMPLATE_VARIABLES } from "@arizeai/openinference-semantic-conventions";
import { maxValueLength } from "../capture/max-value-length.ts";
import { jsonText } from "../capture/json-text.ts";

/** Reads the one object a prompt function renders from as the template's variables. */
export function promptInput(args: readonly unknown[]): Attributes {
  const [variables] = args;
  if (args.length !== 1 || typeof variables !== "object" || variables === null || Array.isArray(variables)) {
    return {};
  }
  return { [PROMPT_TEMPLATE_VARIABLES]: jsonText(variables, maxValueLength()) };
}
