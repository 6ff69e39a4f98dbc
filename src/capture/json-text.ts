// Any JavaScript value as JSON text: never throws, never lies, and never works through more than it keeps.
import { types } from "node:util";
import { cutText, firstCharacters } from "./cut-text.ts";
import { isKeyMember } from "./client-value.ts";
import { holdsHeaders, REDACTED, safeHeaders } from "./credential-names.ts";
import { nameDataUrl } from "./data-url.ts";
import { machineValue } from "./machine-value.ts";
import { dateText, nameBytes, nameClass, nameFunction, nameThrown, readProperty } from "./name-value.ts";
import { plainJson } from "./plain-json.ts";

/** Levels of nesting that are written out; deeper ones are named, not followed. */
const MAX_DEPTH = 200;
/** Characters kept free for the marker that says where the value was cut. */
const MARKER_ROOM = 96;

/**
 * Writes `value` as JSON of at most `maxLength` characters. What JSON has no word for becomes a string that
 * names it: `"12n"`, `"NaN"`, `"[Circular]"`, `"[Function: f]"`, `"[Buffer: 12 bytes]"`. A value over the limit
 * stays valid JSON: it ends with a marker string and its brackets are closed.
 */
export function jsonText(value: unknown, maxLength: number): string {
  if (typeof value === "object" && value !== null) {
    const plain = plainJson(value, maxLength);
    if (plain !== undefined) return plain;
  }
  const writer = new JsonWriter(maxLength);
  writer.value(value);
  return writer.text.length > maxLength ? cutText(writer.text, maxLength) : writer.text;
}

class JsonWriter {
  text = "";
  readonly #maxLength: number;
  #left: number;
  #isCut = false;
  readonly #ancestors: object[] = [];

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
    this.#left = maxLength - MARKER_ROOM;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        if (Number.isFinite(value)) return this.#put(Object.is(value, -0) ? "-0" : String(value));
        return this.#put(`"${value}"`);
      case "boolean":
        return this.#put(value ? "true" : "false");
      case "object":
        return value === null ? this.#put("null") : this.#object(value);
      case "bigint":
        // Turning a huge integer into digits takes quadratic time.
        return this.#string(isHuge(value) ? "[BigInt: too large to write]" : `${value}n`);
      case "undefined":
        return this.#put('"[undefined]"');
      case "symbol":
        return this.#string(String(value));
      default:
        return this.#string(nameFunction(value));
    }
  }

  #put(text: string): void {
    this.text += text;
    this.#left -= text.length;
  }

  #string(value: string): void {
    let quoted = value.length <= this.#left ? JSON.stringify(value) : undefined;
    if (quoted === undefined) {
      const name = nameDataUrl(value);
      if (name !== undefined && name.length + 2 <= this.#left) return this.#put(`"${name}"`);
    }
    // A quoted text can be six times as long as the text: shorten until it fits.
    let room = Math.min(value.length, Math.max(0, this.#left - 2));
    while (quoted === undefined || quoted.length > this.#left) {
      if (room <= 0) return this.#cutHere(`${value.length} characters`);
      quoted = JSON.stringify(firstCharacters(value, room));
      if (quoted.length <= this.#left) {
        this.#put(`${quoted.slice(0, -1)}…[cut here: ${value.length} characters, and whatever follows]"`);
        this.#isCut = true;
        this.#left = 0;
        return;
      }
      room = Math.min(room - 1, Math.floor((room * this.#left) / quoted.length));
    }
    this.#put(quoted);
  }

  /** Marks the place where the limit was reached; what follows is left out, and counted where room is left for it. */
  #cutHere(what: string, before = ""): void {
    const marker = `${before}"…[cut: ${what}]"`;
    const closing = this.#ancestors.length;
    if (!this.#isCut || this.text.length + marker.length + closing <= this.#maxLength) this.text += marker;
    this.#isCut = true;
    this.#left = 0;
  }

  /** Whether the next of several items must be left out; that is marked, where `label` stands. */
  #isFull(written: number, remaining: number, label = ""): boolean {
    if (this.#left > 0) return false;
    this.#cutHere(`${remaining} more`, `${written > 0 ? "," : ""}${label}`);
    return true;
  }

  #object(value: object): void {
    if (this.#ancestors.includes(value)) return this.#put('"[Circular]"');
    if (this.#ancestors.length >= MAX_DEPTH) return this.#put(`"[deeper than ${MAX_DEPTH} levels]"`);
    const { text } = this;
    const left = this.#left;
    const isCut = this.#isCut;
    this.#ancestors.push(value);
    try {
      this.#structure(value);
    } catch (error) {
      // Strings are immutable: what a failing object left half written is undone by this.
      this.text = text;
      this.#left = left;
      this.#isCut = isCut;
      this.#string(`[Unreadable: ${nameThrown(error)}]`);
    }
    this.#ancestors.pop();
  }

  #structure(value: object): void {
    if (Array.isArray(value)) return this.#list(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === Object.prototype || prototype === null;
    if (!isPlain && this.#special(value)) return;
    const shown = machineValue(value, isPlain);
    if (typeof shown === "string") return this.#string(shown);
    if (Array.isArray(shown)) return this.#list(shown);
    if (shown !== undefined) return this.#properties(shown, []);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === "function") {
      const json: unknown = Reflect.apply(toJSON, value, [""]);
      return json === value ? this.#properties(value, []) : this.#converted(json);
    }
    this.#properties(value, [], isPlain ? undefined : nameClass(value));
  }

  /** What `toJSON` gave is final: its own `toJSON` is not asked again. */
  #converted(json: unknown): void {
    if (typeof json !== "object" || json === null) return this.value(json);
    if (this.#ancestors.includes(json)) return this.#put('"[Circular]"');
    if (Array.isArray(json)) return this.#list(json);
    this.#ancestors.push(json);
    this.#properties(json, []);
    this.#ancestors.pop();
  }

  /** Writes the built-in classes whose content JSON.stringify loses; false for any other object. */
  #special(value: object): boolean {
    if (ArrayBuffer.isView(value)) {
      if (isBinary(value)) this.#string(nameBytes(value, value.byteLength));
      else this.#list(value as unknown as ArrayLike<unknown>);
    } else if (types.isAnyArrayBuffer(value)) this.#string(nameBytes(value, value.byteLength));
    else if (types.isDate(value)) this.#string(dateText(value));
    else if (types.isMap(value)) this.#map(value);
    else if (types.isSet(value)) this.#items(value, value.size);
    else if (types.isNativeError(value) || value instanceof Error) this.#error(value);
    else if (types.isRegExp(value)) this.#string(String(value));
    else if (types.isBoxedPrimitive(value)) this.value(value.valueOf());
    else if (isBlob(value)) this.#string(nameBytes(value, value.size));
    else return false;
    return true;
  }

  #list(list: ArrayLike<unknown>): void {
    this.#put("[");
    this.#left -= 1;
    const { length } = list;
    for (let index = 0; index < length && !this.#isFull(index, length - index); index++) {
      if (index > 0) this.#put(",");
      this.value(readProperty(list, index));
    }
    this.text += "]";
  }

  #items(items: Iterable<unknown>, count: number): void {
    this.#put("[");
    this.#left -= 1;
    let written = 0;
    for (const item of items) {
      if (this.#isFull(written, count - written)) break;
      if (written++ > 0) this.#put(",");
      this.value(item);
    }
    this.text += "]";
  }

  #map(map: Map<unknown, unknown>): void {
    for (const key of map.keys()) {
      if (typeof key !== "string") return this.#items(map, map.size);
    }
    this.#members(map as Map<string, unknown>, map.size);
  }

  #error(error: Error): void {
    const first: [string, unknown][] = [
      ["name", readProperty(error, "name")],
      ["message", readProperty(error, "message")],
    ];
    for (const key of ["cause", "errors"]) {
      if (Object.hasOwn(error, key)) first.push([key, readProperty(error, key)]);
    }
    this.#properties(error, first);
  }

  #properties(value: object, first: [string, unknown][], nameWhenEmpty?: string): void {
    const keys = Object.keys(value);
    if (keys.length === 0 && nameWhenEmpty !== undefined) return this.#string(`[${nameWhenEmpty}]`);
    if (first.length === 0)
      return this.#members(entries(value, keys, nameWhenEmpty !== undefined), keys.length);
    const named = new Set(first.map(([key]) => key));
    const rest = keys.filter((key) => !named.has(key));
    this.#members([...first, ...entries(value, rest, true)], first.length + rest.length);
  }

  #members(members: Iterable<[string, unknown]>, count: number): void {
    this.#put("{");
    this.#left -= 1;
    let written = 0;
    let seen = 0;
    for (const [key, item] of members) {
      if (this.#isFull(written, count - seen, '"…":')) break;
      seen++;
      if (item === undefined) continue;
      if (written++ > 0) this.#put(",");
      if (key.length > this.#left) this.#put('"…":');
      else this.#put(`${JSON.stringify(key)}:`);
      this.value(holdsHeaders(key) ? safeHeaders(item, key) : item);
    }
    this.text += "}";
  }
}

/** The members of an object; what an instance of a class holds as a key is not shown. */
function* entries(value: object, keys: string[], isInstance: boolean): Generator<[string, unknown]> {
  for (const key of keys) {
    const member = readProperty(value, key);
    yield [key, isInstance && isKeyMember(key, member) ? REDACTED : member];
  }
}

const isHuge = (value: bigint): boolean => BigInt.asIntN(32_768, value) !== value;

const isBinary = (view: ArrayBufferView): boolean =>
  view instanceof Uint8Array || view instanceof Uint8ClampedArray || view instanceof DataView;

/** Node 20 cannot give the class any more where globalThis was frozen before. */
function isBlob(value: object): value is Blob {
  try {
    return typeof Blob === "function" && value instanceof Blob;
  } catch {
    return /^\[object (?:Blob|File)\]$/.test(Object.prototype.toString.call(value));
  }
}
