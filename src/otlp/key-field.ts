// Attribute keys as they stand in a message. Spans repeat their keys, so each is encoded once, and many say the same under one.
import { type Hold, holdableKey, holdOf } from "../spans/holdable-value.ts";
import { putVarint, varintBytes } from "./varint.ts";

/** Keys remembered: LLM spans number theirs by message, and some programs make up new ones for ever. */
const MAX_KEYS = 2048;
/** A longer key is not remembered. */
const MAX_KEY_LENGTH = 128;

/** A key, and what is to be done with values under it. */
export interface KeyField {
  /** The field `KeyValue.key`, tag and length included. */
  readonly bytes: Uint8Array;
  readonly hold: Hold | undefined;
  /** The short text that was written last under the key, as it was given. */
  text: string | undefined;
  /** Both of them as a `KeyValue` behind its tag, once the text came twice in a row. */
  pair: Uint8Array | undefined;
}

const remembered = new Map<string, KeyField>();

/** The key as it is written. */
export function keyField(key: string): KeyField {
  return remembered.get(key) ?? remember(key);
}

function remember(key: string): KeyField {
  const text = Buffer.from(holdableKey(key));
  const bytes = new Uint8Array(1 + varintBytes(text.length) + text.length);
  bytes[0] = 0x0a;
  bytes.set(text, putVarint(bytes, 1, text.length));
  const field: KeyField = { bytes, hold: holdOf(key), text: undefined, pair: undefined };
  if (key.length > MAX_KEY_LENGTH) return field;
  if (remembered.size >= MAX_KEYS) remembered.clear();
  remembered.set(key, field);
  return field;
}
