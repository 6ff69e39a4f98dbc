// Tools: from a description to attributes.
import type { Attributes } from "@opentelemetry/api";
import { TOOL_DESCRIPTION, TOOL_NAME, TOOL_PARAMETERS } from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "./attribute-writer.ts";

/** A tool, as `setTool` takes it. */
export interface ToolDescription {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The parameters' definition, usually a JSON schema; an object is written as JSON. */
  readonly parameters?: unknown;
}

/** The attributes of a description, each text at most `maxLength` characters long. */
export function toolAttributes(description: ToolDescription, maxLength: number): Attributes {
  return writeAttributes(maxLength, (to) => {
    to.text(TOOL_NAME, description.name);
    to.text(TOOL_DESCRIPTION, description.description);
    to.json(TOOL_PARAMETERS, description.parameters);
  });
}
