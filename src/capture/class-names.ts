// The names of an object's classes: objects of Node and of SDKs come from many copies of one class.

const namesByClass = new WeakMap<object, ReadonlySet<string>>();

const NONE: ReadonlySet<string> = new Set();

/** The names of the classes of `value`, its own first. */
export function classNames(value: object): ReadonlySet<string> {
  return namesOf(Object.getPrototypeOf(value) as object | null);
}

function namesOf(prototype: object | null): ReadonlySet<string> {
  if (prototype === null || prototype === Object.prototype) return NONE;
  let names = namesByClass.get(prototype);
  if (names === undefined) {
    const { value } = Object.getOwnPropertyDescriptor(prototype, "constructor") ?? {};
    const name: unknown = typeof value === "function" ? value.name : undefined;
    const inherited = namesOf(Object.getPrototypeOf(prototype) as object | null);
    names = typeof name === "string" && name !== "" ? new Set([name, ...inherited]) : inherited;
    namesByClass.set(prototype, names);
  }
  return names;
}
