// Decorating one class member by TypeScript's experimentalDecorators.
import type { Callable } from "./call/call-plan.ts";
import type { WrapMember } from "./tc39-decorator.ts";

/** What reflect-metadata adds to `Reflect`, where a framework loaded it. */
interface MetadataReflect {
  getOwnMetadataKeys?: (target: object) => unknown[];
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

/** Frameworks such as NestJS hang routes and guards on the function: what a decorator below hung there stays. */
function copyMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as MetadataReflect;
  if (!getOwnMetadataKeys || !getOwnMetadata || !defineMetadata) return;
  for (const key of getOwnMetadataKeys(from)) defineMetadata(key, getOwnMetadata(key, from), to);
}

function wrapValue(value: unknown, key: string | symbol, wrap: WrapMember): unknown {
  if (typeof value !== "function") return value;
  const wrapped = wrap(value as Callable, key);
  copyMetadata(value, wrapped);
  return wrapped;
}

/** A field: it is assigned when the class is constructed, through a setter that stands on the prototype until then. */
function decorateField(target: object, key: string | symbol, wrap: WrapMember): void {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  if (own !== undefined) {
    // A static field has its value before its decorators run.
    if ("value" in own)
      Object.defineProperty(target, key, { ...own, value: wrapValue(own.value, key, wrap) });
    return;
  }
  Object.defineProperty(target, key, {
    configurable: true,
    get: () => undefined,
    set(this: object, value: unknown) {
      const held = wrapValue(value, key, wrap);
      Object.defineProperty(this, key, { value: held, writable: true, enumerable: true, configurable: true });
    },
  });
}

/** Gives the descriptor that replaces the member's; fields have none. */
export function decorateLegacy(
  target: object,
  key: string | symbol,
  descriptor: PropertyDescriptor | undefined,
  wrap: WrapMember,
): PropertyDescriptor | undefined {
  if (typeof descriptor !== "object" || descriptor === null) {
    decorateField(target, key, wrap);
    return undefined;
  }
  const decorated = { ...descriptor };
  for (const part of ["value", "get", "set"] as const) {
    const member: unknown = descriptor[part];
    if (typeof member === "function") decorated[part] = wrapValue(member, key, wrap) as Callable;
  }
  return decorated;
}
