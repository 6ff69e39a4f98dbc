// Writes attributes of the stated type only, each within the limit of a value.
import type { Attributes } from "@opentelemetry/api";
import { asJson } from "../capture/cut-json.ts";
import { cutText } from "../capture/cut-text.ts";
import { jsonText } from "../capture/json-text.ts";
import { asId, asList, asNumber, asText, asVector } from "./read-value.ts";

/**
 * Gives the attributes that `write` writes, each text at most `maxLength` characters long. Never throws: what was written
 * before a getter of the caller's throws is true and stays.
 */
export function writeAttributes(maxLength: number, write: (to: AttributeWriter) => void): Attributes {
  const writer = new AttributeWriter(maxLength);
  try {
    write(writer);
  } catch {
    // As documented above.
  }
  return writer.attributes;
}

/** Collects attributes; a value that is not of the type a method names gives none. */
export class AttributeWriter {
  readonly attributes: Attributes = {};
  readonly #maxLength: number;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  text(key: string, value: unknown): void {
    if (typeof value === "string") this.attributes[key] = cutText(value, this.#maxLength);
  }

  /** Takes a text, or a number as text. */
  id(key: string, value: unknown): void {
    this.text(key, asId(value));
  }

  number(key: string, value: unknown): void {
    const number = asNumber(value);
    if (number !== undefined) this.attributes[key] = number;
  }

  /** Takes an object, or a text that is JSON already. */
  json(key: string, value: unknown): void {
    if (value !== undefined && value !== null) this.attributes[key] = asJson(value, this.#maxLength);
  }

  /** Takes any value; a text is quoted, as JSON has it. */
  asJson(key: string, value: unknown): void {
    if (value !== undefined && value !== null) this.attributes[key] = jsonText(value, this.#maxLength);
  }

  /** Takes a list of texts. */
  texts(key: string, value: unknown): void {
    if (!Array.isArray(value)) return;
    const texts = asList(value).flatMap((item) => asText(item) ?? []);
    this.attributes[key] = texts.map((text) => cutText(text, this.#maxLength));
  }

  /** Takes a list of numbers, which may be a typed array of floats. */
  vector(key: string, value: unknown): void {
    const vector = asVector(value);
    if (vector !== undefined) this.attributes[key] = vector;
  }

  /** Visits the objects of a list. */
  each<Item extends object>(
    list: readonly Item[] | undefined,
    visit: (item: Item, index: number) => void,
  ): void {
    for (const [index, item] of asList(list).entries()) {
      if (typeof item === "object" && item !== null) visit(item as Item, index);
    }
  }
}
