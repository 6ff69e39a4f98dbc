// What Phoenix's databases, SQLite and PostgreSQL, cannot hold, as something that they can: an acknowledged span that
// cannot be stored is lost without a word, and some that can be make their whole project unreadable.
import { holdableJson } from "./holdable-json.ts";

/** Changes a value to one that can be held; gives back the same where it can. */
export type Hold = (value: unknown) => unknown;

/** Integers of both databases have 64 bits; PostgreSQL gives larger numbers as digits that the server cannot read back. */
const BEYOND_64_BITS = 2 ** 63;
/** The server keeps token counts in columns of 32 bits. */
const MOST_TOKENS = 2 ** 31 - 1;
/** An entry of PostgreSQL's indexes takes 2,704 bytes, with what it needs itself. */
const MOST_INDEXED_BYTES = 2500;
/** The server nests attributes as deep as their keys have dots, and gives up at 254 levels, JSON in them included. */
const MOST_KEY_PARTS = 100;

/** Ends of the keys whose text the server parses as JSON; it asks for nothing but the end. */
const PARSED = ["metadata", "tool.parameters", "llm.prompt_template.variables"];

const KINDS = new Map<string, Hold>([
  ["openinference.span.kind", holdableKind],
  ["session.id", holdableIndexed],
  ["gen_ai.conversation.id", holdableIndexed],
  ["openinference.project.name", holdableIndexed],
  ["llm.token_count.prompt", holdableTokens],
  ["llm.token_count.completion", holdableTokens],
  ["llm.token_count.total", holdableTokens],
]);

/** How values under this key are to be held, beside what holds for all of them; `undefined` where there is no more. */
export function holdOf(key: string): Hold | undefined {
  const own = KINDS.get(key);
  if (own !== undefined) return own;
  // The server makes token counts of these.
  if (key.startsWith("gen_ai.usage.")) return holdableTokens;
  const isParsed = key.startsWith("gen_ai.") || PARSED.some((end) => key.endsWith(end));
  return isParsed ? holdableParsed : undefined;
}

/** Text without U+0000, which PostgreSQL has in no text; it becomes U+FFFD. */
export function holdableText(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
}

/** Whether a number goes beyond the 64 bits of an integer. What is no number, or endless, is stored as nothing. */
export function isBeyondNumbers(value: number): boolean {
  return (value >= BEYOND_64_BITS || value < -BEYOND_64_BITS) && Number.isFinite(value);
}

/**
 * The key, without what the server fails to take apart by its dots: parts of digits that its `int()` does not read,
 * and more levels than it can nest.
 */
export function holdableKey(key: string): string {
  const text = holdableText(key);
  if (text.length <= 2 * MOST_KEY_PARTS && !/\p{No}/u.test(text)) return text;
  const parts = text.split(".").map((part) => {
    const isUnread = part.length > 1000 || /\p{No}/u.test(part);
    return isUnread && /^\s*[\p{Nd}\p{No}]+\s*$/u.test(part) ? `_${part}` : part;
  });
  return [...parts.slice(0, MOST_KEY_PARTS - 1), parts.slice(MOST_KEY_PARTS - 1).join("_")]
    .filter((part, index) => index < parts.length || part !== "")
    .join(".");
}

function holdableParsed(value: unknown): unknown {
  return typeof value === "string" ? holdableJson(holdableText(value)) : value;
}

/**
 * Of a kind that is no text the project cannot be read any more, and over one of ASCII without letters the server loses
 * the span: it looks for it in capitals, again and again.
 */
function holdableKind(value: unknown): unknown {
  const kind = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (typeof kind === "string" && (kind === "" || /[a-z]|[^\0-\x7f]/i.test(kind))) return kind;
  const isStored = kind === undefined || (typeof kind === "object" && !Array.isArray(kind));
  return isStored ? value : "UNKNOWN";
}

/** A text of digits alone is read as a number, so it is written with an exponent. */
function holdableTokens(value: unknown): unknown {
  const count = typeof value === "string" ? Number(value.replaceAll("_", "")) : value;
  return typeof count === "number" && Math.abs(count) > MOST_TOKENS && Number.isFinite(count)
    ? count.toExponential()
    : value;
}

/** Its head and its tail: what tells two of them apart may stand at either end. */
function holdableIndexed(value: unknown): unknown {
  // At most three bytes a character.
  if (typeof value !== "string" || value.length * 3 <= MOST_INDEXED_BYTES) return value;
  const bytes = Buffer.from(value);
  if (bytes.byteLength <= MOST_INDEXED_BYTES) return value;
  const half = Math.floor(MOST_INDEXED_BYTES / 2) - 8;
  let head = half;
  let tail = bytes.byteLength - half;
  // Not inside a character: its later bytes all begin with the bits 10.
  while ((bytes[head]! & 0xc0) === 0x80) head--;
  while ((bytes[tail]! & 0xc0) === 0x80) tail++;
  return `${bytes.toString("utf8", 0, head)}…${bytes.toString("utf8", tail)}`;
}
