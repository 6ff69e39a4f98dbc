// What a wrapper records by itself, where the program set nothing of its own.
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { InspectableSpan } from "../../openinference/inspectable-span.ts";
import { listName } from "../../openinference/numbered-list.ts";

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
