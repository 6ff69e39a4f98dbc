// Reads a function's parameter list from its source, as far as `length` does not tell.

/** Where a string or a comment that starts at `at` ends; `undefined` where none starts. */
function skipText(source: string, at: number): number | undefined {
  const quote = source[at] as string;
  if (quote === "/" && source[at + 1] === "*") return endAfter(source.indexOf("*/", at + 2), 1);
  if (quote === "/" && source[at + 1] === "/") return endAfter(source.indexOf("\n", at + 2), 0);
  if (quote !== '"' && quote !== "'" && quote !== "`") return undefined;
  for (let end = at + 1; end < source.length; end++) {
    if (source[end] === "\\") end++;
    else if (source[end] === quote) return end;
  }
  return Infinity;
}

const endAfter = (found: number, more: number): number => (found === -1 ? Infinity : found + more);

/** What a parameter list says. */
export interface ParameterList {
  /** Whether a parameter has a default or takes the rest. */
  readonly isOpen: boolean;
  readonly isArrow: boolean;
}

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
const BARE_ARROW = /^(async\s+)?[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>/u;

/** The parameter list of a function's source; `undefined` where the source is not known or not understood. */
export function readParameterList(source: string): ParameterList | undefined {
  if (NATIVE.test(source)) return undefined;
  if (BARE_ARROW.test(source)) return { isOpen: false, isArrow: true };
  let depth = 0;
  let isListed = false;
  let isOpen = false;
  for (let at = 0; at < source.length; at++) {
    const end = skipText(source, at);
    if (end !== undefined) {
      at = end;
      continue;
    }
    const character = source[at] as string;
    // A computed name stands in brackets before the list.
    if (character === "(" && depth === 0) isListed = true;
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (isListed && depth === 1) {
      if (character === "=" || source.startsWith("...", at)) isOpen = true;
    }
    if (isListed && depth === 0) return { isOpen, isArrow: /^\s*=>/.test(source.slice(at + 1, at + 100)) };
  }
  return undefined;
}
