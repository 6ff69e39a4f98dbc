// What all loaded copies of this package share: one object on globalThis for each name and version of its shape.

/** Where a frozen globalThis takes nothing: each loaded copy then has its own. */
const own = new Map<symbol, object>();

/** The key `phoenix-otel.<name>.v<version>`: the same in all loaded copies that know this shape. */
export function processKey(name: string, version: number): symbol {
  return Symbol.for(`phoenix-otel.${name}.v${version}`);
}

/**
 * The process-wide object `phoenix-otel.<name>.v<version>`, made by the first loaded copy that asks, to be asked for as a
 * module is loaded. `version` is raised whenever the shape changes: copies of two releases then have an object each and
 * leave each other's alone.
 */
export function processSlot<T extends object>(name: string, version: number, make: () => T): T {
  const key = processKey(name, version);
  const slots = globalThis as { [key]?: T };
  const known = slots[key] ?? (own.get(key) as T | undefined);
  if (known !== undefined) return known;
  const made = make();
  if (!Reflect.defineProperty(slots, key, { value: made, configurable: true })) own.set(key, made);
  return made;
}
