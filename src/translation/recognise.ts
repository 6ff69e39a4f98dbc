// One pass over a span's keys: which vocabularies it is written in, and whether it holds what must not leave.
import type { Attributes } from "@opentelemetry/api";
import { isSecretHeader } from "./request-headers.ts";
import { VOCABULARIES } from "./vocabularies.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What the keys of a span say. */
export interface Recognised {
  readonly vocabularies: readonly Vocabulary[];
  readonly hasSecretHeaders: boolean;
}

const PREFIXES = VOCABULARIES.flatMap((vocabulary) =>
  vocabulary.prefixes.map((prefix) => ({ prefix, vocabulary })),
);

/** The characters a key of interest begins with: most keys are passed over by their first. */
const FIRST = new Set([...PREFIXES.map(({ prefix }) => prefix.charCodeAt(0)), "h".charCodeAt(0)]);

const NOTHING: Recognised = { vocabularies: [], hasSecretHeaders: false };

/** Recognises a span by its keys; allocates nothing for a span of nobody's vocabulary. */
export function recognise(attributes: Attributes): Recognised {
  let found: Set<Vocabulary> | undefined;
  let hasSecretHeaders = false;
  for (const key in attributes) {
    if (!FIRST.has(key.charCodeAt(0))) continue;
    hasSecretHeaders ||= isSecretHeader(key);
    for (const { prefix, vocabulary } of PREFIXES) {
      if (key.startsWith(prefix)) (found ??= new Set()).add(vocabulary);
    }
  }
  if (found === undefined && !hasSecretHeaders) return NOTHING;
  return { vocabularies: VOCABULARIES.filter((each) => found?.has(each) === true), hasSecretHeaders };
}
