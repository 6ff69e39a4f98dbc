// A function call of Gemini that comes in pieces: `partialArgs` with a path and a value each, until one does not continue.
import { asList, asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

/** Steps of one path, and items of one list, that are followed. */
const MAX_STEPS = 64;
const MAX_INDEX = 10_000;

/** Builds a call's arguments from its pieces. */
export class GoogleCallDraft {
  readonly #call: Record<string, unknown>;
  #args: Record<string, unknown>;
  /** The path whose text goes on in the next piece. */
  #openPath: string | undefined;

  constructor(call: ReadRecord) {
    const { partialArgs, willContinue, ...whole } = call;
    this.#call = whole;
    this.#args = { ...asRecord(call["args"]) };
    if (partialArgs !== undefined || willContinue !== undefined) this.add(call, false);
  }

  /** Whether the call as it came first says that more comes. */
  static isOpen(call: ReadRecord): boolean {
    return call["willContinue"] === true;
  }

  /** Whether a later piece belongs to this call: it names none, or the same. */
  continues(piece: ReadRecord): boolean {
    const id = piece["id"];
    return (id === undefined || id === this.#call["id"]) && (piece["name"] === undefined || id !== undefined);
  }

  add(piece: ReadRecord, isLater = true): void {
    if (isLater) this.#args = { ...this.#args, ...asRecord(piece["args"]) };
    for (const partial of asRecords(piece["partialArgs"])) {
      const path = asText(partial["jsonPath"]);
      if (path === undefined) continue;
      const text = asText(partial["stringValue"]);
      const steps = pathOf(path);
      if (text !== undefined && path === this.#openPath) {
        setAt(this.#args, steps, (before) => `${asText(before) ?? ""}${text}`);
      } else {
        const value = text ?? partial["numberValue"] ?? partial["boolValue"] ?? null;
        if (value !== null || "nullValue" in partial) setAt(this.#args, steps, () => value);
      }
      this.#openPath = partial["willContinue"] === true ? path : undefined;
    }
  }

  /** The call as far as it has come, as a whole one. */
  result(): ReadRecord {
    return { ...this.#call, args: this.#args };
  }
}

/** The steps of a path such as `$.stops[0].town` or `$['a b']`. */
function pathOf(path: string): (string | number)[] {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/g);
  return [...steps]
    .slice(0, MAX_STEPS)
    .map(([, name, index, single, double]) =>
      index === undefined ? (name ?? single ?? double ?? "") : +index,
    );
}

/** Sets a value within an object, with the lists and objects on the way. */
function setAt(
  root: Record<string, unknown>,
  steps: readonly (string | number)[],
  update: (before: unknown) => unknown,
): void {
  let holder: Record<string | number, unknown> = root;
  for (const [at, step] of steps.entries()) {
    if (step === "__proto__" || (typeof step === "number" && step > MAX_INDEX)) return;
    const next = steps[at + 1];
    if (next === undefined) {
      holder[step] = update(holder[step]);
      return;
    }
    const isList = typeof next === "number";
    const inner = holder[step];
    const known = isList ? (Array.isArray(inner) ? asList(inner) : undefined) : asRecord(inner);
    const fresh: unknown = known ?? (isList ? [] : {});
    holder[step] = fresh;
    holder = fresh as Record<string | number, unknown>;
  }
}
