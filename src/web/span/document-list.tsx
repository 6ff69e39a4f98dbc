// Documents that were found or ranked, with their scores.
import {
  DOCUMENT_CONTENT,
  DOCUMENT_ID,
  DOCUMENT_METADATA,
  DOCUMENT_SCORE,
} from "@arizeai/openinference-semantic-conventions";
import type { JSX } from "preact";
import type { JsonAttributes } from "../api.ts";
import { formatCount } from "../quantities.ts";
import { Line } from "../text.tsx";
import { listAt, textAt } from "./attribute-lists.ts";
import { LongText } from "./long-text.tsx";

/** Shows the documents under `prefix`; nothing when there are none. */
export function DocumentList(props: {
  title: string;
  attributes: JsonAttributes;
  prefix: string;
}): JSX.Element | null {
  const documents = listAt(props.attributes, props.prefix);
  if (documents.length === 0) return null;
  return (
    <section>
      <h3>
        {props.title} <span class="faint">{formatCount(documents.length)}</span>
      </h3>
      <ol class="documents">
        {documents.map((document, index) => (
          <Document key={index} document={document} />
        ))}
      </ol>
    </section>
  );
}

function Document({ document }: { document: JsonAttributes }): JSX.Element {
  const id = textAt(document, DOCUMENT_ID);
  const score = textAt(document, DOCUMENT_SCORE);
  const content = textAt(document, DOCUMENT_CONTENT);
  const metadata = textAt(document, DOCUMENT_METADATA);
  return (
    <li class="document">
      <p class="facts">
        <strong>
          <Line text={id} otherwise="document" />
        </strong>
        {score !== "" && (
          <span class="score">
            score <Line text={score} />
          </span>
        )}
      </p>
      {content !== "" && <LongText text={content} />}
      {metadata !== "" && (
        <details>
          <summary>Metadata</summary>
          <LongText text={metadata} isCode />
        </details>
      )}
    </li>
  );
}
