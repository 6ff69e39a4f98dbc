// Lists and texts in flat attributes: `llm.input_messages.0.message.role` is the role of the first message.
import type { JsonAttributes, JsonValue } from "../api.ts";

/** The items `prefix.N.…` in the order of N, each with its keys after the number. */
export function listAt(attributes: JsonAttributes, prefix: string): JsonAttributes[] {
  const items = new Map<number, [string, JsonValue][]>();
  for (const [key, value] of Object.entries(attributes)) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const [, digits, rest] = /^(\d{1,15})\.([^]*)$/.exec(key.slice(prefix.length + 1)) ?? [];
    if (digits === undefined || rest === undefined) continue;
    const item = items.get(Number(digits));
    if (item === undefined) items.set(Number(digits), [[rest, value]]);
    else item.push([rest, value]);
  }
  return [...items].toSorted(([a], [b]) => a - b).map(([, entries]) => Object.fromEntries(entries));
}

/** The value at `key` as text, empty without one; what is no text is JSON. */
export function textAt(attributes: JsonAttributes, key: string): string {
  const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return value === undefined ? "" : textOf(value);
}

/** A value as text; what is no text is JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
