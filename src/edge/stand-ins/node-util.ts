// What the edge build uses of `node:util`: what kind of object a value is, told by what works on that kind alone.

/** Asks by a method or getter that throws for what is not of its kind. */
const worksOn =
  (method: ((this: never) => unknown) | undefined) =>
  (value: unknown): boolean => {
    if (typeof value !== "object" || value === null || method === undefined) return false;
    try {
      Reflect.apply(method, value, []);
      return true;
    } catch {
      return false;
    }
  };

const getter = (prototype: object | undefined, name: string | symbol): (() => unknown) | undefined =>
  prototype && Object.getOwnPropertyDescriptor(prototype, name)?.get;

const isPlainBuffer = worksOn(getter(ArrayBuffer.prototype, "byteLength"));
/** Pages have it only where they are isolated. */
const isSharedBuffer = worksOn(
  getter((globalThis as { SharedArrayBuffer?: { prototype: object } }).SharedArrayBuffer?.prototype, "byteLength"),
);

const BOXES = [Number, String, Boolean, Symbol, BigInt].map(({ prototype }) =>
  worksOn((prototype as { valueOf(): unknown }).valueOf),
);

const arrayName = getter(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);
const isArrayOf =
  (name: string) =>
  (value: unknown): boolean =>
    arrayName !== undefined && Reflect.apply(arrayName, value, []) === name;

/** `types` of `node:util`, as far as it is used. */
export const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  isAnyArrayBuffer: (value: unknown): boolean => isPlainBuffer(value) || isSharedBuffer(value),
  isBoxedPrimitive: (value: unknown): boolean => BOXES.some((isBox) => isBox(value)),
  isDate: worksOn(Date.prototype.getTime),
  isFloat32Array: isArrayOf("Float32Array"),
  isFloat64Array: isArrayOf("Float64Array"),
  /** Nothing works on generators alone that leaves them as they are. */
  isGeneratorObject: (value: unknown): boolean => Object.prototype.toString.call(value) === "[object Generator]",
  isMap: worksOn(getter(Map.prototype, "size")),
  isNativeError: (value: unknown): boolean => value instanceof Error,
  isRegExp: worksOn(getter(RegExp.prototype, "global")),
  isSet: worksOn(getter(Set.prototype, "size")),
};
