// JSON text that the server parses before it stores it: what of its strings and numbers no database can hold.

/** The server's own serializer gives up at 254 levels, those of the attribute's key included. */
const MOST_LEVELS = 128;

/** What every change begins with: for short text this is the faster way to find that there is none. */
const SUSPECT = /\\u|\d(?:[eE]|\d{18})|NaN|Infinity/;

// Characters by their codes.
const QUOTE = 0x22;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_I = 0x49;
const LETTER_N = 0x4e;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LETTER_E = 0x65;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A part of the text, and what takes its place. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * JSON that can be held once it is parsed: U+0000 and half surrogates written as escapes become U+FFFD, numbers beyond
 * 64 bits, `NaN` and `Infinity` (the server's parser takes both) become text, and what is nested too deep is one text.
 * Gives back the same text where all of it can be held, and where it is no JSON: the server keeps that as it is.
 */
export function holdableJson(text: string): string {
  if (text.length <= 2 * MOST_LEVELS && !SUSPECT.test(text)) return text;
  const edits: Edit[] = [];
  const levels = scan(text, edits);
  if (levels > MOST_LEVELS) return isJson(text) ? JSON.stringify(text) : text;
  if (edits.length === 0) return text;
  let mended = "";
  let at = 0;
  for (const edit of edits) {
    mended += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  mended += text.slice(at);
  return isJson(mended) ? mended : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Finds what is to be changed, in its order, and gives how deep the text is nested. */
function scan(text: string, edits: Edit[]): number {
  let levels = 0;
  let most = 0;
  let slash = text.indexOf("\\");
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      let end = text.indexOf('"', at + 1);
      while (slash > at && slash < end) {
        const next = scanEscape(text, slash, edits);
        slash = text.indexOf("\\", next);
        if (next > end) end = text.indexOf('"', next);
      }
      if (end === -1) return most;
      at = end;
    } else if (code >= ZERO && code <= NINE) {
      at = scanNumber(text, at, edits) - 1;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++levels > most) most = levels;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      levels--;
    } else if (code === LETTER_N) {
      scanWord(text, at, "NaN", edits);
    } else if (code === LETTER_I) {
      scanWord(text, at, "Infinity", edits);
    }
  }
  return most;
}

/** Gives where the escape has ended, a pair of surrogates being one. */
function scanEscape(text: string, start: number, edits: Edit[]): number {
  const code = escapedAt(text, start);
  if (code === undefined) return start + 2;
  const end = start + 6;
  if (isHigh(code) && isLow(escapedAt(text, end))) return end + 6;
  if (code === 0 || isHigh(code) || isLow(code)) edits.push({ start, end, text: "\ufffd" });
  return end;
}

/** The character that an escape of four hexadecimal digits stands for; `undefined` where there is none. */
function escapedAt(text: string, at: number): number | undefined {
  const digits = text[at] === "\\" && text[at + 1] === "u" ? text.slice(at + 2, at + 6) : "";
  return /^[\da-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number | undefined): boolean => code !== undefined && code >= 0xdc00 && code <= 0xdfff;
const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Gives where the number has ended. */
function scanNumber(text: string, digits: number, edits: Edit[]): number {
  const point = digitsEnd(text, digits);
  const fraction = text.charCodeAt(point) === POINT ? digitsEnd(text, point + 1) : point;
  // Either case of the letter.
  const hasExponent = (text.charCodeAt(fraction) | 0x20) === LETTER_E;
  // Eighteen digits are within 64 bits.
  if (!hasExponent && point - digits <= 18) return fraction;
  const sign = hasExponent && /[+-]/.test(text.charAt(fraction + 1)) ? 1 : 0;
  const end = hasExponent ? digitsEnd(text, fraction + 1 + sign) : fraction;
  const start = signBefore(text, digits);
  const number = text.slice(start, end);
  if (end === point ? isLargeInteger(number, end - digits) : isLarge(Number(number))) {
    edits.push({ start, end, text: `"${number}"` });
  }
  return end;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Exactly: as a double the largest integer of 64 bits is one too large. */
function isLargeInteger(number: string, digits: number): boolean {
  return digits > 19 || BigInt.asIntN(64, BigInt(number)) !== BigInt(number);
}

const isLarge = (value: number): boolean => value >= 2 ** 63 || value < -(2 ** 63);

function scanWord(text: string, at: number, word: string, edits: Edit[]): void {
  if (!text.startsWith(word, at)) return;
  const start = signBefore(text, at);
  const end = at + word.length;
  edits.push({ start, end, text: `"${text.slice(start, end)}"` });
}

const signBefore = (text: string, at: number): number => (text[at - 1] === "-" ? at - 1 : at);
