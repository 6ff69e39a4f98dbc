// One pass over a span's keys: which vocabularies it is written in, and whether it holds what must not leave.
import type { Attributes } from "@opentelemetry/api";
import { type VocabularyName, VOCABULARY_PREFIXES } from "./prefixes.ts";
import { HEADER_PREFIXES, isSecretHeader } from "./request-headers.ts";

/** What the keys of a span say. */
export interface Recognised {
  readonly vocabularies: readonly VocabularyName[];
  readonly hasSecretHeaders: boolean;
}

/** Prefixes that begin with one character, and another place at which a key must agree with one of them. */
interface Gate {
  readonly at: number;
  readonly characters: readonly (true | undefined)[];
  readonly prefixes: readonly { readonly prefix: string; readonly of: VocabularyName | "header" }[];
}

const PREFIXES: Gate["prefixes"] = [
  ...VOCABULARY_PREFIXES.flatMap(([of, prefixes]) => prefixes.map((prefix) => ({ prefix, of }))),
  ...HEADER_PREFIXES.map((prefix) => ({ prefix, of: "header" as const })),
];

/** Where the keys of OpenInference, `llm.input_messages…` and the like, differ from all of these. */
const TELLING_PLACE = 4;

/** By first character: most keys are passed over after a look at one character or two. */
const GATES: (Gate | undefined)[] = [];
for (const first of new Set(PREFIXES.map(({ prefix }) => prefix.charCodeAt(0)))) {
  const prefixes = PREFIXES.filter(({ prefix }) => prefix.charCodeAt(0) === first);
  const at = Math.min(TELLING_PLACE, ...prefixes.map(({ prefix }) => prefix.length - 1));
  const characters: true[] = [];
  for (const { prefix } of prefixes) characters[prefix.charCodeAt(at)] = true;
  GATES[first] = { at, characters, prefixes };
}

const NOTHING: Recognised = { vocabularies: [], hasSecretHeaders: false };

/** Recognises a span by its keys; allocates nothing for a span of nobody's vocabulary. */
export function recognise(attributes: Attributes): Recognised {
  let found: Set<VocabularyName> | undefined;
  let hasSecretHeaders = false;
  for (const key in attributes) {
    const gate = GATES[key.charCodeAt(0)];
    if (gate === undefined || gate.characters[key.charCodeAt(gate.at)] === undefined) continue;
    for (const { prefix, of } of gate.prefixes) {
      if (!key.startsWith(prefix)) continue;
      if (of === "header") hasSecretHeaders ||= isSecretHeader(key);
      else (found ??= new Set()).add(of);
    }
  }
  if (found === undefined && !hasSecretHeaders) return NOTHING;
  const inOrder = VOCABULARY_PREFIXES.map(([name]) => name);
  return { vocabularies: inOrder.filter((name) => found?.has(name) === true), hasSecretHeaders };
}
