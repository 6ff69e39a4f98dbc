// Names for values that are recorded by what they are and not by what they hold.

/** Reads one property; a getter that throws gives its name instead. */
export function readProperty(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return `[Throws: ${nameThrown(error)}]`;
  }
}

/** The name of an object's class, `"Object"` where it has none. */
export const nameClass = (value: object): string => {
  const name: unknown = (readProperty(value, "constructor") as { name?: unknown } | undefined)?.name;
  return typeof name === "string" && name !== "" ? name : "Object";
};

/** `[Function: name]`. */
export const nameFunction = (value: unknown): string => {
  const name = readProperty(value as object, "name");
  return typeof name === "string" && name !== "" ? `[Function: ${name}]` : "[Function]";
};

/** `[Buffer: 12 bytes]`. */
export const nameBytes = (value: object, bytes: number): string => `[${nameClass(value)}: ${bytes} bytes]`;

/** The class of what was thrown; its message may hold what must not be recorded. */
export const nameThrown = (error: unknown): string => {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return "unknown";
  }
};

/** A date as ISO text, whatever its own methods were replaced by. */
export const dateText = (date: Date): string => {
  const millis = Date.prototype.getTime.call(date);
  return Number.isNaN(millis) ? "Invalid Date" : Date.prototype.toISOString.call(date);
};
