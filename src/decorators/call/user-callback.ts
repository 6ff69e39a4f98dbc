// Runs the user's own callbacks: whatever they do, the traced call goes on.
import { types } from "node:util";
import { sayOnce } from "../../diagnostics.ts";

/** What a callback gave, or that it failed. */
export type CallbackResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const FAILED: CallbackResult = { ok: false };

const className = (error: unknown): string => {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return "an unreadable value";
  }
};

/**
 * Calls `callback`; one that throws, or gives a promise, is reported once per span name and counts as failed. The
 * report names the error's class only: its message may hold what the callback was to hide.
 */
export function callUserCallback(
  option: string,
  spanName: string,
  instead: string,
  callback: () => unknown,
): CallbackResult {
  try {
    const value = callback();
    if (!types.isPromise(value)) return { ok: true, value };
    value.then(undefined, () => {});
    report(option, spanName, "returned a promise", instead);
  } catch (error) {
    report(option, spanName, `threw ${className(error)}`, instead);
  }
  return FAILED;
}

function report(option: string, spanName: string, what: string, instead: string): void {
  sayOnce(`${option} of ${spanName}`, {
    code: "PHX501",
    message: `${option} of the span "${spanName}" ${what}. ${instead}; the traced call went on. Make ${option} a synchronous function that does not throw.`,
  });
}
