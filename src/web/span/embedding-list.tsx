// Texts that were embedded, with the sizes of their vectors.
import {
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
} from "@arizeai/openinference-semantic-conventions";
import type { JSX } from "preact";
import type { JsonAttributes } from "../api.ts";
import { countOf, formatCount } from "../quantities.ts";
import { listAt, textAt } from "./attribute-lists.ts";
import { LongText } from "./long-text.tsx";

/** Shows the embeddings of a span; nothing when there are none. */
export function EmbeddingList({ attributes }: { attributes: JsonAttributes }): JSX.Element | null {
  const embeddings = listAt(attributes, EMBEDDING_EMBEDDINGS);
  if (embeddings.length === 0) return null;
  return (
    <section>
      <h3>
        Embeddings <span class="faint">{formatCount(embeddings.length)}</span>
      </h3>
      <ol class="documents">
        {embeddings.map((embedding, index) => {
          const vector = embedding[EMBEDDING_VECTOR];
          return (
            <li key={index} class="document">
              <LongText text={textAt(embedding, EMBEDDING_TEXT)} />
              {Array.isArray(vector) && <p class="faint">{countOf(vector.length, "dimension")}</p>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
