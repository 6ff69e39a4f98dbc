// JSON text of a part of a request, for whatever the program put into it.

/** Gives the JSON of a value; what cannot be written is left out. Never throws: undefined then. */
export function safeJson(value: unknown): string | undefined {
  const above: object[] = [];
  try {
    return JSON.stringify(value, function replace(this: unknown, _key: string, item: unknown): unknown {
      if (typeof item === "bigint") return item.toString();
      if (typeof item === "function") return undefined;
      if (typeof item !== "object" || item === null) return item;
      while (above.length > 0 && above.at(-1) !== this) above.pop();
      if (above.includes(item)) return "[Circular]";
      above.push(item);
      return item;
    });
  } catch {
    return undefined;
  }
}
