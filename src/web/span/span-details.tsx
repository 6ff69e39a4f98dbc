// Everything about one span, in the order in which a reader asks for it.
import {
  LLM_INPUT_MESSAGES,
  LLM_OUTPUT_MESSAGES,
  METADATA,
  RERANKER_INPUT_DOCUMENTS,
  RERANKER_OUTPUT_DOCUMENTS,
  RERANKER_QUERY,
  RETRIEVAL_DOCUMENTS,
} from "@arizeai/openinference-semantic-conventions";
import type { JSX } from "preact";
import type { SpanData, SpanRow } from "../api.ts";
import { Connection } from "../connection.tsx";
import { useOnce } from "../live.ts";
import { Line } from "../text.tsx";
import { textAt } from "./attribute-lists.ts";
import { Attributes } from "./attribute-table.tsx";
import { DocumentList } from "./document-list.tsx";
import { EmbeddingList } from "./embedding-list.tsx";
import { EventList, LinkList } from "./event-list.tsx";
import { Failure } from "./failure.tsx";
import { InputOutput } from "./input-output.tsx";
import { LongText } from "./long-text.tsx";
import { MessageList } from "./message-list.tsx";
import { messagesAt } from "./messages.ts";
import { ModelCall } from "./model-call.tsx";
import { SpanFacts } from "./span-facts.tsx";
import { TokenTable } from "./token-table.tsx";

/** The region with what is known of the span in `row`. */
export function SpanDetails({ traceId, row }: { traceId: string; row: SpanRow }): JSX.Element {
  const ids = [traceId, row.spanId].map(encodeURIComponent);
  const span = useOnce<SpanData>(`/api/traces/${ids[0]}/spans/${ids[1]}`);
  return (
    // A region that scrolls must be reachable by keyboard even where nothing in it is.
    <section class="details" aria-label="Span details" tabIndex={0}>
      <h2>
        <Line text={row.name} otherwise="(no name)" />
      </h2>
      <Connection state={span.state} />
      {span.state === "unknown to the view" && <p class="notice">The view no longer keeps this span.</p>}
      {span.data !== undefined && <Everything key={row.spanId} span={span.data} />}
    </section>
  );
}

function Everything({ span }: { span: SpanData }): JSX.Element {
  const { attributes } = span;
  const asked = messagesAt(attributes, LLM_INPUT_MESSAGES);
  const answered = messagesAt(attributes, LLM_OUTPUT_MESSAGES);
  const query = textAt(attributes, RERANKER_QUERY);
  const metadata = textAt(attributes, METADATA);
  return (
    <>
      <SpanFacts span={span} />
      <Failure span={span} />
      <MessageList title="Input messages" messages={asked} />
      <MessageList title="Output messages" messages={answered} />
      <InputOutput side="input" attributes={attributes} isSaid={asked.length > 0} />
      {query !== "" && (
        <section>
          <h3>Query</h3>
          <LongText text={query} />
        </section>
      )}
      <DocumentList title="Documents" attributes={attributes} prefix={RETRIEVAL_DOCUMENTS} />
      <DocumentList title="Documents to rank" attributes={attributes} prefix={RERANKER_INPUT_DOCUMENTS} />
      <DocumentList title="Ranked documents" attributes={attributes} prefix={RERANKER_OUTPUT_DOCUMENTS} />
      <EmbeddingList attributes={attributes} />
      <InputOutput side="output" attributes={attributes} isSaid={answered.length > 0} />
      <TokenTable attributes={attributes} />
      <ModelCall attributes={attributes} />
      {metadata !== "" && (
        <section>
          <h3>Metadata</h3>
          <LongText text={metadata} isCode />
        </section>
      )}
      <EventList events={span.events} />
      <LinkList links={span.links} />
      <Attributes title="All attributes" attributes={attributes} />
      <Attributes title="Resource" attributes={span.resource} />
    </>
  );
}
