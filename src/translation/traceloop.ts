// OpenLLMetry's workflows, tasks, agents and tools.
import { AGENT_NAME, TOOL_NAME } from "@arizeai/openinference-semantic-conventions";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { asList, asRecord, asWord } from "../openinference/read-value.ts";
import { textOrJson } from "./draft-value.ts";
import { unwrapped } from "./json-value.ts";
import { metadata, output } from "./rows.ts";
import type { ForeignSpan, RowReader, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    workflow: "CHAIN",
    task: "CHAIN",
    agent: "AGENT",
    tool: "TOOL",
  }),
);

/** `{ args: […], kwargs: {} }`: one argument alone is itself, as in the wrappers. */
const entityInput: RowReader = (draft, value) => {
  const read = asRecord(unwrapped(value));
  const args = asList(read?.["args"] ?? read?.["inputs"]);
  const isCall = read !== undefined && ("args" in read || "inputs" in read);
  const named = asRecord(read?.["kwargs"]);
  const alone = isCall && args.length === 1 && Object.keys(named ?? {}).length === 0;
  draft.input ??= textOrJson(alone ? args[0] : value);
  return draft.input !== undefined;
};

const entityName: RowReader = (draft, value) => {
  const name = asWord(value);
  if (name === undefined) return false;
  if (draft.kind === "TOOL") {
    draft.attributes[TOOL_NAME] ??= name;
    draft.name ??= name;
  }
  if (draft.kind === "AGENT") draft.attributes[AGENT_NAME] ??= name;
  return draft.kind === "TOOL" || draft.kind === "AGENT";
};

export const traceloop: Vocabulary = {
  kind: ({ attributes }: ForeignSpan) =>
    KINDS.get(asWord(attributes["traceloop.span.kind"])?.toLowerCase() ?? ""),
  rows: [
    ["traceloop.span.kind", (draft) => draft.kind !== undefined],
    ["traceloop.entity.name", entityName],
    ["traceloop.entity.input", entityInput],
    ["traceloop.entity.output", output],
    ["traceloop.association.properties.*", metadata],
  ],
};
