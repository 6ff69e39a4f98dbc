// Embeddings and rankings in the AI SDK's words.
import { asList, asNumber, asRecords, asText } from "../openinference/read-value.ts";
import { textOrJson } from "./draft-value.ts";
import { parsedJson, parsedList, unwrapped } from "./json-value.ts";
import type { RowReader } from "./vocabulary.ts";

/** On the span of one request they are texts and vectors; on the outer one the texts are the input, and the vectors are stored once. */
export const embeddedValues: RowReader = (draft, value) => {
  const texts = Array.isArray(value) ? parsedList(value) : [unwrapped(value)];
  if (draft.kind !== "EMBEDDING") {
    const [only, second] = texts;
    draft.input ??= textOrJson(second === undefined ? only : texts);
    return draft.input !== undefined;
  }
  for (const [index, text] of texts.entries()) {
    draft.embeddings[index] = {
      ...draft.embeddings[index],
      text: asText(text) ?? asText(asList(value)[index]),
    };
  }
  const [only, second] = texts;
  draft.input ??= textOrJson(second === undefined ? only : texts);
  return true;
};

/** Each vector beside its text; where one holds what is no number, none is taken. */
export const embeddedVectors: RowReader = (draft, value) => {
  if (draft.kind !== "EMBEDDING") return true;
  const vectors = (Array.isArray(value) ? asList(value) : [value]).map(parsedJson);
  const numbers = vectors.map((vector) => asList(vector).map(asNumber));
  if (numbers.some((vector) => vector.length === 0 || vector.includes(undefined))) return false;
  for (const [index, vector] of numbers.entries()) {
    draft.embeddings[index] = { ...draft.embeddings[index], vector: vector as number[] };
  }
  return true;
};

/** The documents that are to be ranked, written as input on the span of the one request. */
export const rerankDocuments: RowReader = (draft, value) => {
  const documents = parsedList(value);
  if (documents.length === 0) return false;
  if (draft.kind === "RERANKER") {
    draft.inputDocuments.push(...documents.map((document) => ({ content: textOrJson(document)?.text })));
  }
  draft.input ??= textOrJson(documents);
  return true;
};

/** A ranking names documents by index: each is written again with its score. */
export const ranking: RowReader = (draft, value) => {
  const ranked = asRecords(parsedList(value));
  if (ranked.length === 0) return false;
  if (draft.kind === "RERANKER") {
    for (const { index, relevanceScore } of ranked) {
      const document = draft.inputDocuments[asNumber(index) ?? -1];
      draft.outputDocuments.push({ ...document, score: asNumber(relevanceScore) });
    }
  }
  draft.output ??= textOrJson(ranked);
  return true;
};
