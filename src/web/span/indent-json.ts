// JSON laid out for reading, its values untouched.

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
/** Above this, text stays as it came: nobody reads it whole, and everybody waits for it. */
const MAX_LENGTH = 500_000;
/** A list or object that fits stays on one line. */
const MAX_LINE_LENGTH = 60;

/** `text` indented when it is a JSON object or array, else as it is. Digits that a double cannot hold are kept. */
export function indentJson(text: string): string {
  if (text.length > MAX_LENGTH || !/^\s*[{[]/.test(text) || !isJson(text)) return text;
  // Token by token instead of parse and stringify, which would round large numbers and drop repeated keys.
  const tokens = text.match(TOKENS) ?? [];
  const ends = matchBrackets(tokens);
  let out = "";
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (token === "{" || token === "[") {
      const end = ends[at] ?? at;
      const inline = oneLine(tokens, at, end);
      if (inline !== undefined) {
        out += inline;
        at = end;
        continue;
      }
      depth += 1;
      out += token + lineAt(depth);
    } else if (token === "}" || token === "]") {
      depth -= 1;
      out += lineAt(depth) + token;
    } else if (token === ",") out += token + lineAt(depth);
    else if (token === ":") out += ": ";
    else out += token;
  }
  return out;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** For each opening bracket the place of its closing one. */
function matchBrackets(tokens: readonly string[]): (number | undefined)[] {
  const ends: (number | undefined)[] = Array.from({ length: tokens.length });
  const open: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token === "{" || token === "[") open.push(at);
    else if (token === "}" || token === "]") ends[open.pop() ?? at] = at;
  }
  return ends;
}

function oneLine(tokens: readonly string[], start: number, end: number): string | undefined {
  let line = "";
  for (let at = start; at <= end; at += 1) {
    const token = tokens[at] ?? "";
    line += token === "," || token === ":" ? `${token} ` : token;
    if (line.length > MAX_LINE_LENGTH) return undefined;
  }
  return line;
}

/** Deep nesting stops growing to the right. */
const lineAt = (depth: number): string => `\n${"  ".repeat(Math.min(depth, 20))}`;
