// Cuts JSON text to a length so that it stays JSON, without parsing more of it than is kept.
import { cutText, firstCharacters } from "./cut-text.ts";
import { jsonText } from "./json-text.ts";

/** A value as JSON of at most `maxLength` characters; a text counts as JSON that is written already. */
export function asJson(value: unknown, maxLength: number): string {
  return typeof value === "string" ? cutJson(value, maxLength) : jsonText(value, maxLength);
}

/**
 * `json`, or what of it fits into `maxLength` characters: a long string is cut inside, what follows is left out with a
 * marker, and every bracket is closed. Text that turns out to be no JSON is cut as text.
 */
export function cutJson(json: string, maxLength: number): string {
  if (json.length <= maxLength) return json;
  return new JsonCut(json, maxLength).text() ?? cutText(json, maxLength);
}

/** What stands between the tokens of JSON that are no strings: space, numbers, `true`, `false`, `null`. */
const PLAIN = /[\s\d.eE+\-truefalsn]/;

/** A list or an object that is open, with those around it. */
interface Open {
  readonly closer: "]" | "}";
  readonly around: Open | undefined;
  readonly depth: number;
}

/** One reading of the text from its start to the limit, remembering the last place where it may end. */
class JsonCut {
  readonly #json: string;
  readonly #maxLength: number;
  readonly #marker: string;
  #open: Open | undefined;
  /** Where a marker may stand for all that follows. */
  #end: { readonly at: number; readonly lead: string; readonly open: Open | undefined } | undefined;

  constructor(json: string, maxLength: number) {
    this.#json = json;
    this.#maxLength = maxLength;
    this.#marker = `…[cut: ${json.length} characters, limit ${maxLength}]"`;
  }

  text(): string | undefined {
    let isValue = true;
    for (let at = 0; at < this.#maxLength; at++) {
      const character = this.#json.charAt(at);
      switch (character) {
        case "{":
        case "[":
          this.#open = {
            closer: character === "{" ? "}" : "]",
            around: this.#open,
            depth: (this.#open?.depth ?? 0) + 1,
          };
          isValue = character === "[";
          this.#mayEnd(at + 1, "");
          break;
        case "}":
        case "]":
          // Something follows the whole value, or the brackets do not match: this is no JSON.
          if (this.#open?.closer !== character || this.#open.around === undefined) return undefined;
          this.#open = this.#open.around;
          this.#mayEnd(at + 1, ",");
          break;
        case ",":
          isValue = this.#open?.closer === "]";
          this.#mayEnd(at, ",");
          break;
        case ":":
          isValue = true;
          break;
        case '"': {
          const end = this.#endOfString(at + 1);
          if (end === undefined) return (isValue ? this.#cutString(at) : undefined) ?? this.#cutAtEnd();
          at = end;
          break;
        }
        default:
          if (!PLAIN.test(character)) return undefined;
      }
    }
    return this.#cutAtEnd();
  }

  /** Remembers `at` as an end, if a marker and the brackets fit behind it. */
  #mayEnd(at: number, comma: string): void {
    const lead = this.#open?.closer === "}" ? `${comma}"…":"` : `${comma}"`;
    const length = at + lead.length + this.#marker.length + (this.#open?.depth ?? 0);
    if (length <= this.#maxLength) this.#end = { at, lead, open: this.#open };
  }

  #cutAtEnd(): string | undefined {
    if (this.#end === undefined) return undefined;
    const { at, lead, open } = this.#end;
    return this.#json.slice(0, at) + lead + this.#marker + closers(open);
  }

  /** Where the string that starts at `start` has its closing quote; `undefined` when that is beyond the limit. */
  #endOfString(start: number): number | undefined {
    for (let at = start; at < this.#maxLength; at++) {
      const character = this.#json.charAt(at);
      if (character === "\\") at++;
      else if (character === '"') return at;
    }
    return undefined;
  }

  /** The text up to somewhere inside the string whose quote is at `quote`, closed behind a marker. */
  #cutString(quote: number): string | undefined {
    // The beginning of a file is of no use.
    if (this.#json.startsWith("data:", quote + 1)) return undefined;
    const room = this.#maxLength - this.#marker.length - (this.#open?.depth ?? 0);
    let end = quote + 1;
    while (end < room) {
      const isEscaped = this.#json.charAt(end) === "\\";
      const width = isEscaped ? (this.#json.charAt(end + 1) === "u" ? 6 : 2) : 1;
      if (end + width > room) break;
      end += width;
    }
    if (end <= quote + 1) return undefined;
    return firstCharacters(this.#json, end) + this.#marker + closers(this.#open);
  }
}

function closers(open: Open | undefined): string {
  const all: string[] = [];
  for (let each = open; each !== undefined; each = each.around) all.push(each.closer);
  return all.join("");
}
