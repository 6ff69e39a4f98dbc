// Attribute keys as they stand in a message. Spans repeat their keys, so each is encoded once.
import { putVarint, varintBytes } from "./varint.ts";

/** Keys remembered: LLM spans number theirs by message, and some programs make up new ones for ever. */
const MAX_KEYS = 2048;
/** A longer key is not remembered. */
const MAX_KEY_LENGTH = 128;

const remembered = new Map<string, Uint8Array>();

/** The field `KeyValue.key`, tag and length included. */
export function keyField(key: string): Uint8Array {
  return remembered.get(key) ?? remember(key);
}

function remember(key: string): Uint8Array {
  const text = Buffer.from(key);
  const field = new Uint8Array(1 + varintBytes(text.length) + text.length);
  field[0] = 0x0a;
  field.set(text, putVarint(field, 1, text.length));
  if (key.length > MAX_KEY_LENGTH) return field;
  if (remembered.size >= MAX_KEYS) remembered.clear();
  remembered.set(key, field);
  return field;
}
