// Values as a context holds them: objects and lists as JSON text, which @arizeai/openinference-core writes too.

/** Reads an object held as JSON; `undefined` for anything else. The object is the caller's own. */
export function parseObject(held: unknown): Record<string, unknown> | undefined {
  const value = parse(held);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** Reads tags, a list of strings in the specification, held as JSON or as a list. */
export function parseTags(held: unknown): string[] | undefined {
  const list = Array.isArray(held) ? (held as unknown[]) : parse(held);
  if (!Array.isArray(list)) return undefined;
  return list.filter((tag): tag is string => typeof tag === "string");
}

const parse = (held: unknown): unknown => {
  if (typeof held !== "string") return undefined;
  try {
    return JSON.parse(held);
  } catch {
    return undefined;
  }
};
