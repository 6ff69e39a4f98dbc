// Quotes that came with a value: files for `docker run --env-file`, config maps and copied lines keep them.

const PAIRS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "\u201C": "\u201D",
  "\u201E": "\u201C",
  "\u201D": "\u201D",
  "\u2018": "\u2019",
  "\u201A": "\u2018",
  "\u2019": "\u2019",
  "\u00AB": "\u00BB",
};

/** Two quoted texts with something between them, as in `"name"="value"`. */
const TWO_TEXTS = /^(["'`])(?:(?!\1).)*\1\s*[=,]/s;

/** A text without the quotes around the whole of it, several pairs of them too, and without white space around it. */
export function unquoted(text: string): string {
  let inner = text.trim();
  while (inner.length > 1 && PAIRS[inner[0]!] === inner.at(-1) && !TWO_TEXTS.test(inner)) {
    inner = inner.slice(1, -1).trim();
  }
  return inner;
}
