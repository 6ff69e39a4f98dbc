// The tokens of a span and what they cost.
import {
  LLM_COST_COMPLETION,
  LLM_COST_PROMPT,
  LLM_COST_TOTAL,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_INPUT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE,
  LLM_TOKEN_COUNT_TOTAL,
} from "@arizeai/openinference-semantic-conventions";
import type { JSX } from "preact";
import type { JsonAttributes } from "../api.ts";
import { formatCount } from "../quantities.ts";
import { Line } from "../text.tsx";
import { textAt } from "./attribute-lists.ts";

const ROWS: readonly (readonly [label: string, key: string])[] = [
  ["Prompt tokens", LLM_TOKEN_COUNT_PROMPT],
  ["of them read from a cache", LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ],
  ["of them written to a cache", LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE],
  ["of them in a cache", LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_INPUT],
  ["of them audio", LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO],
  ["Completion tokens", LLM_TOKEN_COUNT_COMPLETION],
  ["of them reasoning", LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING],
  ["of them audio", LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO],
  ["Total tokens", LLM_TOKEN_COUNT_TOTAL],
  ["Prompt cost", LLM_COST_PROMPT],
  ["Completion cost", LLM_COST_COMPLETION],
  ["Total cost", LLM_COST_TOTAL],
];

/** Shows the counts that a span has; nothing when it has none. */
export function TokenTable({ attributes }: { attributes: JsonAttributes }): JSX.Element | null {
  const rows = ROWS.filter(([, key]) => textAt(attributes, key) !== "");
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>Tokens</h3>
      <dl class="pairs">
        {rows.map(([label, key]) => (
          <div key={key} class={label.startsWith("of them") ? "part" : undefined}>
            <dt>{label}</dt>
            <dd>
              <Line text={countText(attributes, key)} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function countText(attributes: JsonAttributes, key: string): string {
  const value = attributes[key];
  return typeof value === "number" && Number.isInteger(value) ? formatCount(value) : textAt(attributes, key);
}
