// Messages as a conversation: who said what, which tools were called, with what.
import type { JSX } from "preact";
import { Line } from "../text.tsx";
import { LongText } from "./long-text.tsx";
import type { Message, MessagePart } from "./messages.ts";
import { Picture } from "./picture.tsx";

const KNOWN_ROLES = ["system", "developer", "user", "assistant", "model", "tool", "function"];

/** Shows `messages` under a heading; nothing when there are none. */
export function MessageList(props: { title: string; messages: readonly Message[] }): JSX.Element | null {
  const { title, messages } = props;
  if (messages.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ol class="messages">
        {messages.map((message, index) => (
          <li key={index} class={`message ${roleClass(message.role)}`}>
            <span class="role">
              <Line text={message.role} otherwise="message" />
              {message.name !== "" && (
                <>
                  {" "}
                  <Line text={message.name} />
                </>
              )}
            </span>
            {message.toolCallId !== "" && (
              <span class="faint id">
                answers <Line text={message.toolCallId} />
              </span>
            )}
            {message.parts.map((part, at) => (
              <Part key={at} part={part} />
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Part({ part }: { part: MessagePart }): JSX.Element {
  switch (part.type) {
    case "text":
      return <LongText text={part.text} />;
    case "reasoning":
    case "other":
      return (
        <div class="aside">
          <span class="label">
            <Line text={part.label} />
          </span>
          <LongText text={part.text} />
        </div>
      );
    case "image":
      return <Picture url={part.url} label={part.label} />;
    case "media":
      return (
        <div class="elsewhere">
          <span class="label">{part.label}</span>
          <LongText text={part.url} isCode />
        </div>
      );
    default:
      return (
        <div class="call">
          <span class="label">tool call</span>{" "}
          <strong>
            <Line text={part.call.name} />
          </strong>{" "}
          <span class="faint id">
            <Line text={part.call.id} />
          </span>
          {part.call.arguments !== "" && <LongText text={part.call.arguments} isCode />}
        </div>
      );
  }
}

function roleClass(role: string): string {
  const known = KNOWN_ROLES.find((each) => each === role.toLowerCase());
  return known === undefined ? "role-other" : `role-${known}`;
}
