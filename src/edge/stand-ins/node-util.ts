// What the edge build uses of `node:util`: what kind of object a value is, told by what works on that kind alone.

type Test = (value: unknown) => boolean;

/** A method, or the getter, of that name. */
function memberOf(prototype: object, name: string | symbol): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  return descriptor && (Reflect.get(descriptor, "get") ?? descriptor.value);
}

/** Asks by a member that throws for what is not of its kind. */
function has(prototype: object | undefined, name: string): Test {
  const member = prototype && memberOf(prototype, name);
  return (value) => {
    if (typeof value !== "object" || value === null || typeof member !== "function") return false;
    try {
      Reflect.apply(member, value, []);
      return true;
    } catch {
      return false;
    }
  };
}

const isPlainBuffer = has(ArrayBuffer.prototype, "byteLength");
/** Pages have it only where they are isolated. */
const { SharedArrayBuffer: Shared } = globalThis as { SharedArrayBuffer?: { prototype: object } };
const isSharedBuffer = has(Shared?.prototype, "byteLength");

const BOXES = [Number, String, Boolean, Symbol, BigInt].map(({ prototype }) => has(prototype, "valueOf"));

const arrayName = memberOf(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);
const isArrayOf =
  (name: string): Test =>
  (value) =>
    typeof arrayName === "function" && Reflect.apply(arrayName, value, []) === name;

/** `types` of `node:util`, as far as it is used. */
export const types: Readonly<Record<string, Test>> = {
  isAnyArrayBuffer: (value) => isPlainBuffer(value) || isSharedBuffer(value),
  isBoxedPrimitive: (value) => BOXES.some((isBox) => isBox(value)),
  isDate: has(Date.prototype, "getTime"),
  isFloat32Array: isArrayOf("Float32Array"),
  isFloat64Array: isArrayOf("Float64Array"),
  /** Nothing works on generators alone that leaves them as they are. */
  isGeneratorObject: (value) => Object.prototype.toString.call(value) === "[object Generator]",
  isMap: has(Map.prototype, "size"),
  isNativeError: (value) => value instanceof Error,
  isRegExp: has(RegExp.prototype, "global"),
  isSet: has(Set.prototype, "size"),
};
