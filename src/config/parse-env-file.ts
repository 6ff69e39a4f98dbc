// The dotenv form, as far as `.env.phoenix` needs it: one `KEY=value` a line, only PHOENIX_ keys.

/** What a file holds. */
export interface ParsedEnvFile {
  readonly values: Readonly<Record<string, string>>;
  /** Numbers, from 1, of lines that start with a PHOENIX_ key and cannot be read. */
  readonly brokenLines: readonly number[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Parses the text of a file. Understands a byte-order mark, `export`, ` # comments`, single quotes (taken as they are)
 * and double quotes (`\n`, `\r`, `\t`, `\"`, `\\`). Of equal keys the last one holds.
 */
export function parseEnvFile(text: string): ParsedEnvFile {
  const values = new Map<string, string>();
  const brokenLines: number[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    // White space as JavaScript means it, the byte-order mark among it.
    const match = /^\s*(?:export\s+)?(PHOENIX_\w*)(.*)$/.exec(line);
    if (match === null) continue; // Comments, blank lines and everybody else's keys.
    const [, key = "", rest = ""] = match;
    const value = /^\s*=/.test(rest) ? parseValue(rest.replace(/^\s*=\s*/, "")) : undefined;
    if (value === undefined) brokenLines.push(index + 1);
    else values.set(key, value);
  }
  return { values: Object.fromEntries(values), brokenLines };
}

/** The value after the equals sign; undefined for a quote without its partner. */
const parseValue = (text: string): string | undefined => {
  const quote = text[0];
  if (quote === "'") return /^'([^']*)'\s*(?:#.*)?$/.exec(text)?.[1];
  if (quote === '"') {
    const inside = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text)?.[1];
    return inside?.replace(/\\([nrt"\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  }
  // A "#" starts a comment only after white space: keys and URLs may hold one.
  return text.replace(/(?:^|\s)#.*$/, "").trim();
};
