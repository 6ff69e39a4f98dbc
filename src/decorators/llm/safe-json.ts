// JSON text of a part of a request, for whatever the program put into it.

/**
 * Gives the JSON of a value; functions are left out, cycles marked. `change` may replace values on the way.
 * Never throws: undefined when the value cannot be written.
 */
export function safeJson(
  value: unknown,
  change: (key: string, item: unknown) => unknown = (_key, item) => item,
): string | undefined {
  const above: unknown[] = [];
  try {
    return JSON.stringify(value, function replace(this: unknown, key: string, raw: unknown): unknown {
      const item = change(key, raw);
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
