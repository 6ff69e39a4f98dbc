// One document, from the shapes that vector stores, search engines and frameworks give it.
import type { RetrievedDocument } from "./documents.ts";
import { asId, asNumber, asRecord, asText, firstOf, type ReadRecord } from "./read-value.ts";

/** Members that hold the text. */
const CONTENTS = [
  "content",
  "pageContent",
  "page_content",
  "text",
  "chunk_text",
  "document",
  "body",
  "chunk",
  "passage",
  "input",
  "data",
] as const;

/** Members that hold what else is known; with most stores the text, too. Weaviate's metadata is about the search. */
const METADATAS = [
  "properties",
  "metadata",
  "payload",
  "_source",
  "fields",
  "attributes",
  "cmetadata",
] as const;

/** Members that hold how near a document is; of a distance, less is nearer. */
const SCORES = [
  "score",
  "similarity",
  "similarity_score",
  "relevanceScore",
  "relevance_score",
  "_score",
  "@search.score",
  "_rankingScore",
  "certainty",
  "distance",
  "_distance",
  "vector_distance",
  "vector_score",
  "__vector_score",
  "$dist",
] as const;

const IDS = [
  "id",
  "id_",
  "_id",
  "documentId",
  "document_id",
  "uuid",
  "file_id",
  "objectID",
  "pk",
  "key",
] as const;

/** Members that hold the document itself. */
const NESTED = ["node", "document", "item", "entity", "record", "value", "textDocument"] as const;

/** Documents within documents that are followed. */
const MAX_DEPTH = 4;

/** Reads one document; `given` are those a reranker's index points at. */
export function readDocument(
  value: unknown,
  given?: readonly RetrievedDocument[],
  depth = 0,
): RetrievedDocument | undefined {
  if (typeof value === "string") return { content: value };
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return readPair(value, depth);
  const nested = readNested(value, depth);
  const meant = pointedAt(value, given);
  const id = idOf(value) ?? nested?.id ?? meant?.id ?? (meant ? undefined : asId(indexOf(value)));
  const metadata = metadataOf(value) ?? nested?.metadata ?? meant?.metadata ?? rowMetadata(value);
  const content = contentOf(value) ?? nested?.content ?? contentWithin(value, metadata) ?? meant?.content;
  const score = scoreOf(value) ?? nested?.score;
  const hasOther = id !== undefined && (score !== undefined || metadata !== undefined);
  if (content === undefined && !hasOther) return undefined;
  return {
    ...(id === undefined ? undefined : { id }),
    ...(content === undefined ? undefined : { content }),
    ...(score === undefined ? undefined : { score }),
    ...(metadata === undefined ? undefined : { metadata }),
  };
}

/** LangChain's `similaritySearchWithScore`: `[document, score]`. */
function readPair(pair: readonly unknown[], depth: number): RetrievedDocument | undefined {
  const document = pair.length === 2 ? readDocument(pair[0], undefined, depth + 1) : undefined;
  const score = asNumber(pair[1]);
  return document && score !== undefined ? { ...document, score } : undefined;
}

function readNested(value: unknown, depth: number): RetrievedDocument | undefined {
  for (const name of NESTED) {
    const inner = firstOf(value, name);
    if (typeof inner === "object" && inner !== null) return readDocument(inner, undefined, depth + 1);
  }
  return undefined;
}

const idOf = (value: unknown): string | undefined =>
  asId(firstOf(value, ...IDS) ?? firstOf(firstOf(value, "_additional"), "id"));

/** Rerankers name a document by its place among those they were given. */
const indexOf = (value: unknown): number | undefined => asNumber(firstOf(value, "index", "originalIndex"));

function pointedAt(
  value: unknown,
  given: readonly RetrievedDocument[] | undefined,
): RetrievedDocument | undefined {
  const index = indexOf(value);
  return index === undefined ? undefined : given?.[index];
}

/** The text may stand one level below: `{ content: { text } }` of Bedrock's knowledge bases, a list of OpenAI's. */
function contentOf(value: unknown): string | undefined {
  const content = firstOf(value, ...CONTENTS);
  if (typeof content === "string") return content;
  if (Array.isArray(content)) {
    const texts = content.flatMap((part) => asText(firstOf(part, "text")) ?? asText(part) ?? []);
    return texts.length === 0 ? undefined : texts.join("\n");
  }
  return asText(firstOf(content, "text"));
}

function contentWithin(value: unknown, metadata: unknown): string | undefined {
  for (const holder of [metadata, ...METADATAS.map((name) => firstOf(value, name))]) {
    const content = contentOf(holder);
    if (content !== undefined) return content;
  }
  return undefined;
}

/** A store may keep metadata as JSON text: it is the object that the text means. */
export function metadataOf(value: unknown): ReadRecord | undefined {
  const metadata = firstOf(value, ...METADATAS);
  if (typeof metadata !== "string") return asRecord(metadata);
  if (!metadata.startsWith("{")) return undefined;
  try {
    return asRecord(JSON.parse(metadata));
  } catch {
    return undefined;
  }
}

/** Weaviate's clients have the score in the metadata, or in `_additional`. */
function scoreOf(value: unknown): number | undefined {
  const held = [value, firstOf(value, "_additional"), firstOf(value, "metadata")];
  for (const holder of held) {
    const score = firstOf(holder, ...SCORES);
    const number = typeof score === "string" && score !== "" ? asNumber(Number(score)) : asNumber(score);
    if (number !== undefined) return number;
  }
  return undefined;
}

/** What a row of a database, or a hit of a search, says beside text, id and score; a vector is not said again. */
function rowMetadata(value: unknown): ReadRecord | undefined {
  const record = asRecord(value);
  if (record === undefined || scoreOf(record) === undefined || contentOf(record) === undefined)
    return undefined;
  const rest = Object.entries(record).filter(([key]) => !NO_METADATA.has(key));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

const NO_METADATA = new Set<string>([
  ...CONTENTS,
  ...SCORES,
  ...IDS,
  ...NESTED,
  "index",
  "originalIndex",
  "object",
  "type",
  "embedding",
  "vector",
  "vectors",
  "values",
  "_additional",
]);
