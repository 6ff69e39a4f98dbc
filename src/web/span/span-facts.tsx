// The short facts of a span: kind, status, time, model, who asked.
import {
  EMBEDDING_MODEL_NAME,
  LLM_FINISH_REASON,
  LLM_MODEL_NAME,
  LLM_PROVIDER,
  RERANKER_MODEL_NAME,
  SESSION_ID,
  TAG_TAGS,
  USER_ID,
} from "@arizeai/openinference-semantic-conventions";
import type { ComponentChildren, JSX } from "preact";
import type { SpanData } from "../api.ts";
import { formatDuration, formatMoment } from "../quantities.ts";
import { sessionAddress } from "../route.ts";
import { Kind, Line } from "../text.tsx";
import { textAt } from "./attribute-lists.ts";

/** Shows the facts that `span` has. */
export function SpanFacts({ span }: { span: SpanData }): JSX.Element {
  const { attributes, scope } = span;
  const at = (...keys: string[]): string => keys.map((key) => textAt(attributes, key)).find(Boolean) ?? "";
  const session = at(SESSION_ID);
  return (
    <dl class="pairs facts-list">
      <Fact label="Kind">
        <Kind kind={span.kind} />
      </Fact>
      <Fact label="Status">
        {span.status.code === "ERROR" ? <span class="failed">error</span> : span.status.code.toLowerCase()}
      </Fact>
      <Fact label="Duration">{formatDuration(span.durationMillis)}</Fact>
      <Fact label="Started">{formatMoment(span.startMillis, { withMillis: true })}</Fact>
      <TextFact label="Model" text={at(LLM_MODEL_NAME, EMBEDDING_MODEL_NAME, RERANKER_MODEL_NAME)} />
      <TextFact label="Provider" text={at(LLM_PROVIDER)} />
      <TextFact label="Finish reason" text={at(LLM_FINISH_REASON)} />
      {session !== "" && (
        <Fact label="Session">
          <a href={sessionAddress(session)}>
            <Line text={session} />
          </a>
        </Fact>
      )}
      <TextFact label="User" text={at(USER_ID)} />
      <TextFact label="Tags" text={at(TAG_TAGS)} />
      <TextFact label="Span id" text={span.spanId} />
      <TextFact label="Made by" text={`${scope.name} ${scope.version}`.trim()} />
    </dl>
  );
}

function TextFact({ label, text }: { label: string; text: string }): JSX.Element | null {
  if (text === "") return null;
  return (
    <Fact label={label}>
      <Line text={text.slice(0, 1_000)} />
    </Fact>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
