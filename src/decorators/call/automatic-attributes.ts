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

const KEYS: Readonly<Record<Direction, { readonly value: string; readonly mimeType: string }>> = {
  input: { value: INPUT_VALUE, mimeType: INPUT_MIME_TYPE },
  output: { value: OUTPUT_VALUE, mimeType: OUTPUT_MIME_TYPE },
};

/** Records a call's input or output. */
export function writeValue(span: InspectableSpan, direction: Direction, captured: Captured): void {
  const { value, mimeType } = KEYS[direction];
  const { attributes } = span;
  if (attributes[value] !== undefined) return;
  span.setAttribute(value, captured.value);
  if (attributes[mimeType] === undefined) span.setAttribute(mimeType, captured.mimeType);
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
