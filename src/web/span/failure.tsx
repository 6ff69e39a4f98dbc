// What went wrong in a span: type, message and stack of its exceptions, or the message of its status.
import type { JSX } from "preact";
import type { SpanData } from "../api.ts";
import { Line } from "../text.tsx";
import { textAt } from "./attribute-lists.ts";
import { LongText } from "./long-text.tsx";

/** Shows the exceptions of `span` and its error; nothing when there are none. */
export function Failure({ span }: { span: SpanData }): JSX.Element | null {
  const exceptions = span.events
    .filter(({ name }) => name === "exception")
    .map(({ attributes }) => ({
      type: textAt(attributes, "exception.type"),
      message: textAt(attributes, "exception.message"),
      stack: textAt(attributes, "exception.stacktrace"),
    }));
  const { code, message } = span.status;
  const isSaid = exceptions.some((exception) => exception.message === message);
  if (exceptions.length === 0 && code !== "ERROR") return null;
  return (
    <section class="failure">
      <h3>Error</h3>
      {code === "ERROR" && !isSaid && (message !== "" || exceptions.length === 0) && (
        <LongText text={message || "The span failed and does not say why."} />
      )}
      {exceptions.map((exception, index) => (
        <div key={index}>
          {exception.type !== "" && (
            <strong>
              <Line text={exception.type} />
            </strong>
          )}
          {exception.message !== "" && <LongText text={exception.message} />}
          {exception.stack !== "" && <LongText text={exception.stack} isCode />}
        </div>
      ))}
    </section>
  );
}
