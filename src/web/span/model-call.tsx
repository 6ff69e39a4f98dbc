// What a model was given beside its messages: parameters, tools, the template of its prompt.
import {
  LLM_INVOCATION_PARAMETERS,
  LLM_TOOLS,
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  PROMPT_TEMPLATE_VERSION,
  TOOL_DESCRIPTION,
  TOOL_JSON_SCHEMA,
  TOOL_NAME,
  TOOL_PARAMETERS,
} from "@arizeai/openinference-semantic-conventions";
import type { JSX } from "preact";
import type { JsonAttributes } from "../api.ts";
import { formatCount } from "../quantities.ts";
import { listAt, textAt } from "./attribute-lists.ts";
import { LongText } from "./long-text.tsx";

const TEXTS: readonly (readonly [title: string, key: string])[] = [
  ["Invocation parameters", LLM_INVOCATION_PARAMETERS],
  ["Prompt template", PROMPT_TEMPLATE_TEMPLATE],
  ["Prompt variables", PROMPT_TEMPLATE_VARIABLES],
  ["Prompt version", PROMPT_TEMPLATE_VERSION],
  ["Tool", TOOL_NAME],
  ["Tool description", TOOL_DESCRIPTION],
  ["Tool parameters", TOOL_PARAMETERS],
];

/** Shows what the attributes have of these; nothing of what they have not. */
export function ModelCall({ attributes }: { attributes: JsonAttributes }): JSX.Element {
  const texts = TEXTS.filter(([, key]) => textAt(attributes, key) !== "");
  const tools = listAt(attributes, LLM_TOOLS).map(
    (tool) => textAt(tool, TOOL_JSON_SCHEMA) || JSON.stringify(tool),
  );
  return (
    <>
      {texts.map(([title, key]) => (
        <section key={key}>
          <h3>{title}</h3>
          <LongText text={textAt(attributes, key)} />
        </section>
      ))}
      {tools.length > 0 && (
        <details>
          <summary>
            Tools it may call <span class="faint">{formatCount(tools.length)}</span>
          </summary>
          {tools.map((tool, index) => (
            <LongText key={index} text={tool} isCode />
          ))}
        </details>
      )}
    </>
  );
}
