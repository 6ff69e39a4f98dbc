// What a wrapper records by itself, where the program set nothing of its own.
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import {
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
} from "@arizeai/openinference-semantic-conventions";
import type { Captured } from "../../capture/capture.ts";
import type { InspectableSpan } from "../../openinference/inspectable-span.ts";
import { listName } from "../../openinference/numbered-list.ts";

/** Whether a value goes into a call or comes out of it. */
export type Direction = "input" | "output";

/** Records a call's input or output. The names stand in the code: reading a property by a variable name is slow. */
export function writeValue(span: InspectableSpan, direction: Direction, captured: Captured): void {
  const { attributes } = span;
  if (direction === "input") {
    if (attributes[INPUT_VALUE] !== undefined) return;
    span.setAttribute(INPUT_VALUE, captured.value);
    if (attributes[INPUT_MIME_TYPE] === undefined) span.setAttribute(INPUT_MIME_TYPE, captured.mimeType);
  } else {
    if (attributes[OUTPUT_VALUE] !== undefined) return;
    span.setAttribute(OUTPUT_VALUE, captured.value);
    if (attributes[OUTPUT_MIME_TYPE] === undefined) span.setAttribute(OUTPUT_MIME_TYPE, captured.mimeType);
  }
}

/** The automatic attributes of one span. */
export class AutomaticAttributes {
  readonly #span: InspectableSpan;
  /** What was set here, which may be set again: a response's model takes the place of the request's. */
  readonly #own = new Map<string, AttributeValue>();

  constructor(span: InspectableSpan) {
    this.#span = span;
  }

  /** Sets attributes where the program set none: a list it wrote any item of stays its own. */
  set(attributes: Attributes): void {
    const span = this.#span;
    const theirs = new Set<string>();
    for (const [key, value] of Object.entries(span.attributes)) {
      if (this.#own.get(key) !== value) theirs.add(listName(key) ?? key);
    }
    for (const [key, value] of Object.entries(attributes)) {
      if (value === undefined || theirs.has(listName(key) ?? key)) continue;
      span.setAttribute(key, value);
      // As the span holds it: its own limits may have cut the value.
      const kept = span.attributes[key];
      if (kept !== undefined) this.#own.set(key, kept);
    }
  }
}
