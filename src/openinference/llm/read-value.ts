// Reading values of unknown shape: each reader gives the type it names, or nothing.

/** An object whose members are not known yet. */
export type ReadRecord = Readonly<Record<string, unknown>>;

/** Lists are read up to this length: a span holds 10,000 attributes, and a proxy may claim any length. */
const MAX_LIST_ITEMS = 10_000;

/** Gives a value that is an object and no list. */
export function asRecord(value: unknown): ReadRecord | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as ReadRecord)
    : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Gives a text that is not empty. */
export function asWord(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Gives a list, cut to 10,000 items; an empty one for anything else. */
export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  return value.length > MAX_LIST_ITEMS ? value.slice(0, MAX_LIST_ITEMS) : value;
}

/** Gives the objects of a list, in order. */
export function asRecords(value: unknown): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (const item of asList(value)) {
    const record = asRecord(item);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** Adds the numbers that are there; undefined when none is. */
export function sum(...values: readonly (number | undefined)[]): number | undefined {
  const numbers = values.filter((value) => value !== undefined);
  return numbers.length === 0 ? undefined : numbers.reduce((total, value) => total + value, 0);
}
