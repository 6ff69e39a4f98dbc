// Replaces members of an object that is not ours, in place, so that identity and private state stay.

/** A member that stands in for one of the same key. */
export type Member = (this: unknown, ...args: unknown[]) => unknown;

/** The members that stand in, by key. */
export type Members = Map<PropertyKey, Member>;

/**
 * Puts `members` on `target` as own properties, hidden unless what they replace was shown, and returns `target`. An object that refuses (frozen, or a
 * proxy with rules of its own) stays as it is: a proxy that shows the members comes back in its place.
 */
export function overlay<Target extends object>(target: Target, members: Members): Target {
  try {
    if (Object.isExtensible(target)) {
      for (const [key, value] of members) {
        const enumerable = Object.prototype.propertyIsEnumerable.call(target, key);
        Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable });
      }
      return target;
    }
  } catch {
    // Falls through to the proxy.
  }
  return proxyOf(target, members);
}

/** A proxy of `target` with `members`; methods run on the target itself, whose private fields no proxy has. */
function proxyOf<Target extends object>(target: Target, members: Members): Target {
  const proxy: Target = new Proxy(target, {
    get(_target, key) {
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      if (own?.configurable === false && own.writable === false) return own.value as unknown;
      const value: unknown = members.get(key) ?? Reflect.get(target, key, target);
      if (typeof value !== "function" || key === "constructor") return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        return result === target ? proxy : result;
      };
    },
  });
  return proxy;
}

function descriptorOf(target: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (
    let level: object | null = target;
    level !== null;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    const descriptor = Reflect.getOwnPropertyDescriptor(level, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/**
 * Has `change` see what the getters of `target` give, each time one is read; what it gives is what the reader gets. An
 * object that refuses stays as it is.
 */
export function overlayGetters(
  target: object,
  keys: readonly PropertyKey[],
  change: (value: unknown) => unknown,
): void {
  for (const key of keys) {
    const descriptor = descriptorOf(target, key);
    if (descriptor === undefined || !("get" in descriptor)) continue;
    Reflect.defineProperty(target, key, {
      ...descriptor,
      get: () => change(descriptor.get?.call(target)),
      enumerable: Object.prototype.propertyIsEnumerable.call(target, key),
      configurable: true,
    });
  }
}
