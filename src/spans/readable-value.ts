// Values of attributes that may be of anybody's making: what of them can be read.

/** Deeper is left out: protobuf's readers go down a hundred messages, and each level takes three of them. */
const MAX_DEPTH = 28;

/**
 * Whether all of `value` can be read: no getter or proxy in it throws, and it does not contain itself. Throws
 * where one does; allocates nothing for what OpenTelemetry has as an attribute's value.
 */
export function isReadable(value: unknown): boolean {
  if (!isObject(value) || ArrayBuffer.isView(value)) return true;
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (isObject(item) && !isFlat(item)) return isReadableInside(value, []);
  }
  return true;
}

/** The value itself where it can be read, else a copy that has `undefined` in place of what cannot. */
export function readable(value: unknown): unknown {
  try {
    if (isReadable(value)) return value;
  } catch {
    // The copy is made of what does not throw.
  }
  return copyOf(value, []);
}

/** {@link readable} for a record, as attributes are; empty when it is none. */
export function readableRecord<Value>(record: unknown): Record<string, Value> {
  const copy = readable(record);
  return (isRecord(copy) ? copy : {}) as Record<string, Value>;
}

/** Whether `value` is an object with keys. A proxy that is no longer one is none. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  try {
    return isObject(value) && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** What `get` gives, or `undefined` where it throws. */
export function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

/** Bytes, or a list or a record without objects in it: what does not contain itself. */
function isFlat(value: object): boolean {
  if (ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (isObject(value[index])) return false;
    return true;
  }
  for (const key in value) if (isObject((value as Record<string, unknown>)[key])) return false;
  return true;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function isReadableInside(value: object, ancestors: object[]): boolean {
  if (ancestors.length >= MAX_DEPTH || ancestors.includes(value)) return false;
  if (ArrayBuffer.isView(value)) return true;
  ancestors.push(value);
  for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (isObject(item) && !isReadableInside(item, ancestors)) return false;
  }
  ancestors.pop();
  return true;
}

function copyOf(value: unknown, ancestors: readonly object[]): unknown {
  if (!isObject(value) || ArrayBuffer.isView(value)) return value;
  if (ancestors.length >= MAX_DEPTH || ancestors.includes(value)) return undefined;
  const inside = [...ancestors, value];
  const copyOfEach = (key: string | number): unknown =>
    read(() => copyOf((value as Record<string | number, unknown>)[key], inside));
  return read(() =>
    Array.isArray(value)
      ? Array.from({ length: value.length }, (_, index) => copyOfEach(index))
      : Object.fromEntries(Object.keys(value).map((key) => [key, copyOfEach(key)])),
  );
}
