// Header text to headers: `k=v,k=v` or a JSON object, the good parts kept, the broken ones named by position.
import { unquoted } from "./unquoted.ts";

/** A part that cannot be sent: its position, and why. Never its content, which may be a secret. */
interface BrokenPart {
  /** `part 2 of 3` */
  readonly position: string;
  readonly reason: string;
}

/** What was read from one text. Keys are in lower case; of equal keys the last one holds. */
export interface ParsedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly broken: readonly BrokenPart[];
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

/** Why a header cannot be sent; undefined when it can. */
export function headerFault(name: string, value: unknown): string | undefined {
  if (!HEADER_NAME.test(name)) return "its name is no header name";
  if (typeof value !== "string") return "its value is not text";
  // Control characters end the header early; beyond Latin-1 nothing can be written into one.
  if (/[^\u0020-\u007e\u00a0-\u00ff]/.test(value)) return "its value has characters a header cannot hold";
  return undefined;
}

/** Parses a headers variable in either of its two forms. Never throws. */
export function parseHeaders(text: string): ParsedHeaders {
  const trimmed = text.trim();
  return trimmed.startsWith("{") ? parseJson(trimmed) : parsePairs(trimmed);
}

const parseJson = (text: string): ParsedHeaders => {
  const parsed = jsonOf(text) ?? jsonOf(text.replaceAll('\\"', '"'));
  if (parsed === undefined) {
    return { headers: {}, broken: [{ position: "the whole value", reason: "it is not valid JSON" }] };
  }
  // JSON that starts with a brace is an object.
  return collect(Object.entries(parsed as object));
};

/** Undefined when it is none. Where the quotes were escaped on the way, it is none as it stands. */
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const parsePairs = (text: string): ParsedHeaders =>
  collect(
    text
      .replace(/[\s,]+$/, "")
      .split(",")
      .map((part) => {
        const equals = part.indexOf("=");
        if (part.trim() === "") return "empty";
        if (equals === -1) return "no equals";
        return [decodeText(part.slice(0, equals)), decodeText(part.slice(equals + 1))] as const;
      }),
  );

const collect = (parts: readonly (readonly [string, unknown] | "empty" | "no equals")[]): ParsedHeaders => {
  const headers = new Map<string, string>();
  const broken: BrokenPart[] = [];
  for (const [index, part] of parts.entries()) {
    if (part === "empty") continue;
    const reason = part === "no equals" ? 'it has no "="' : headerFault(part[0], part[1]);
    if (reason === undefined) headers.set(part[0].toLowerCase(), trimSpaces(String(part[1])));
    else broken.push({ position: `part ${index + 1} of ${parts.length}`, reason });
  }
  return { headers: Object.fromEntries(headers), broken };
};

/**
 * Percent-decodes what decodes; an escape that is none, or no UTF-8, stays as written. Quotes around it came from a file;
 * those that are meant are encoded.
 */
const decodeText = (text: string): string =>
  trimSpaces(
    unquoted(text).replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes);
      } catch {
        return escapes;
      }
    }),
  );

/** Spaces only: a decoded line break is a broken header, not something to tidy away. */
const trimSpaces = (text: string): string => text.replace(/^ +| +$/g, "");
