// The common case of capture: small plain data, which JSON.stringify writes faster and just as truly.

/** Levels and values looked at before the slower, careful writer is the better choice. */
const MAX_DEPTH = 6;
const MAX_VALUES = 256;
/** A character can become six when it is escaped. */
const MAX_ESCAPE = 6;

/** Counts down while a value is looked at. */
interface Allowance {
  values: number;
  characters: number;
}

function isPlainValue(value: unknown, depth: number, left: Allowance): boolean {
  if (--left.values < 0) return false;
  switch (typeof value) {
    case "string":
      left.characters -= value.length * MAX_ESCAPE + 8;
      return left.characters > 0;
    case "number":
      left.characters -= 32;
      return Number.isFinite(value) && !Object.is(value, -0);
    case "boolean":
      left.characters -= 8;
      return true;
    case "object":
      return value === null || (depth < MAX_DEPTH && isPlainObject(value, depth, left));
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number, left: Allowance): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!isPlainValue(value[index], depth + 1, left)) return false;
    }
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) {
    left.characters -= key.length * MAX_ESCAPE + 8;
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined && !isPlainValue(item, depth + 1, left)) return false;
  }
  // A function named toJSON was refused above, whichever key it has.
  return left.characters > 0;
}

/**
 * Writes `value` when it is plain data that JSON can say and that surely fits into `maxLength`; `undefined` when it is
 * anything else. A cycle is deeper than the depth allowed, so it is refused too.
 */
export function plainJson(value: object, maxLength: number): string | undefined {
  try {
    const left = { values: MAX_VALUES, characters: maxLength };
    return isPlainValue(value, 0, left) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
