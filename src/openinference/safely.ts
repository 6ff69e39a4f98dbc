// Functions that give null instead of throwing, as @arizeai/openinference-core has them.

/** What is not checked, as TypeScript's own library has it: a function of any kind fits. */
export type Anything = ReturnType<typeof JSON.parse>;

/** Any function; its arguments and result are not checked. */
export type GenericFunction = (...args: Anything[]) => Anything;

/** `T`, giving `null` where it would throw. */
export type SafeFunction<T extends GenericFunction> = (...args: Parameters<T>) => ReturnType<T> | null;

/** Gives a function that calls `fn`; where that throws, it gives `null`, after `onError` was told. */
export function withSafety<T extends GenericFunction>({
  fn,
  onError,
}: {
  fn: T;
  onError?: (error: unknown) => void;
}): SafeFunction<T> {
  return (...args) => {
    try {
      return fn(...args) as ReturnType<T>;
    } catch (error) {
      onError?.(error);
      return null;
    }
  };
}

/** `JSON.stringify`, giving `null` for what it cannot write. */
export const safelyJSONStringify: SafeFunction<typeof JSON.stringify> = withSafety({ fn: JSON.stringify });

/** `JSON.parse`, giving `null` for what is no JSON. */
export const safelyJSONParse: (...args: Parameters<typeof JSON.parse>) => unknown = withSafety({
  fn: JSON.parse,
});
