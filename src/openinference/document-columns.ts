// Results in columns: Chroma gives ids, texts, distances and metadata in lists of their own, one for each query.
import type { RetrievedDocument } from "./documents.ts";
import { asId, asList, asNumber, asRecord, asText, firstOf } from "./read-value.ts";
import { metadataOf } from "./document.ts";

/** The documents of the first query; `undefined` for what has no such columns. */
export function readColumns(result: unknown): RetrievedDocument[] | undefined {
  const ids = columnOf(firstOf(result, "ids"));
  const contents = columnOf(firstOf(result, "documents"));
  if (ids === undefined || contents?.some((content) => asRecord(content) !== undefined)) return undefined;
  const metadatas = columnOf(firstOf(result, "metadatas"));
  const distances = columnOf(firstOf(result, "distances"));
  const scores = columnOf(firstOf(result, "scores"));
  if (contents === undefined && metadatas === undefined && distances === undefined) return undefined;
  return ids.flatMap((value, index): RetrievedDocument[] => {
    const id = asId(value);
    const content = asText(contents?.[index]);
    const score = asNumber(scores?.[index]) ?? asNumber(distances?.[index]);
    const metadata = metadataOf({ metadata: asRecord(metadatas?.[index]) });
    return [
      {
        ...(id === undefined ? undefined : { id }),
        ...(content === undefined ? undefined : { content }),
        ...(score === undefined ? undefined : { score }),
        ...(metadata === undefined ? undefined : { metadata }),
      },
    ];
  });
}

/** `query()` has a list for each query, `get()` has the values. */
function columnOf(value: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return Array.isArray(value[0]) ? asList(value[0]) : asList(value);
}
