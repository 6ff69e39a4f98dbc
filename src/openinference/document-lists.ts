// Lists of documents, from the shapes in which vector stores and search engines return them.
// One more store is a name more here, a row in document-columns.ts, or a name in document.ts.
import { readColumns } from "./document-columns.ts";
import { readDocument } from "./document.ts";
import type { RetrievedDocument } from "./documents.ts";
import { asList, asRecord, firstOf } from "./read-value.ts";

/** Members that hold the list, in the order they are looked for. */
const LISTS = [
  "documents",
  "matches",
  "results",
  "nodes",
  "sourceNodes",
  "hits",
  "points",
  "objects",
  "rows",
  "records",
  "data",
  "result",
  "value",
  "items",
  "retrievalResults",
  "body",
  "rankedDocuments",
  "ranking",
  "rankings",
] as const;

/** Lists within lists that are followed: `{ result: { points: […] } }`, `{ hits: { hits: […] } }`. */
const MAX_DEPTH = 3;

/**
 * The documents of a result: a list, or an object that holds one. `undefined` when it has no such shape. Rerankers name the
 * documents they were given by index: `given` has their contents.
 */
export function readDocuments(
  result: unknown,
  given?: readonly RetrievedDocument[],
): RetrievedDocument[] | undefined {
  const columns = asRecord(result) && readColumns(result);
  if (columns !== undefined) return columns.length > 0 ? columns : undefined;
  const list = listOf(result);
  if (list === undefined) return undefined;
  const documents: RetrievedDocument[] = [];
  for (const item of asList(list)) {
    const document = readDocument(item, given);
    if (document === undefined) return undefined;
    documents.push(document);
  }
  return documents.length > 0 ? documents : undefined;
}

function listOf(value: unknown, depth = 0): readonly unknown[] | undefined {
  if (Array.isArray(value)) return isPerQuery(value) ? (value[0] as unknown[]) : value;
  if (depth >= MAX_DEPTH) return undefined;
  const held = firstOf(value, ...LISTS);
  if (typeof held !== "object" || held === null) return graphQlList(value);
  return listOf(held, depth + 1);
}

/** Milvus gives a list for each of several queries; that of the first is meant. A pair of document and score is none. */
function isPerQuery(list: readonly unknown[]): boolean {
  const [first] = list;
  return Array.isArray(first) && asRecord(first[0]) !== undefined && typeof first[1] !== "number";
}

/** Weaviate's GraphQL: `{ data: { Get: { Article: […] } } }`. */
function graphQlList(value: unknown): readonly unknown[] | undefined {
  const [list] = Object.values(asRecord(firstOf(value, "Get")) ?? {});
  return Array.isArray(list) ? list : undefined;
}
