// Whether an instrumentation built on OpenTelemetry's has patched what a module exports.

/** Classes within classes are looked at to this depth: `OpenAI.Chat.Completions` is the deepest known. */
const MAX_DEPTH = 4;
const MAX_LOOKS = 20_000;

/** Whether a function is one that `InstrumentationBase._wrap` made. Never throws. */
export function isWrapped(value: unknown): boolean {
  return typeof value === "function" && valueOf(value, "__wrapped") === true;
}

/** Whether a function, or a method of a class, among the exports of a module is wrapped. Calls no getter. Never throws. */
export function isInstrumented(exports: unknown): boolean {
  const looked = new Set<unknown>();
  const look = (value: unknown, depth: number): boolean => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
    if (depth > MAX_DEPTH || looked.has(value) || looked.size > MAX_LOOKS) return false;
    looked.add(value);
    if (isWrapped(value)) return true;
    return namesOf(value).some((name) => look(valueOf(value, name), depth + 1));
  };
  return look(exports, 0);
}

const namesOf = (value: object): string[] => {
  try {
    return Object.getOwnPropertyNames(value);
  } catch {
    return [];
  }
};

/** A property's value; a module's exports are getters in CommonJS that TypeScript made, so those of functions are called. */
const valueOf = (holder: object, name: string): unknown => {
  try {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor === undefined || "value" in descriptor) return descriptor?.value;
    return isReexport(holder, descriptor) ? descriptor.get?.call(holder) : undefined;
  } catch {
    return undefined;
  }
};

const isReexport = (holder: object, descriptor: PropertyDescriptor): boolean =>
  descriptor.set === undefined && Object.hasOwn(holder, "__esModule");
