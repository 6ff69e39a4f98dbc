// The context manager of Node for programs that install none: without one no span is the parent of another.
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ensureContextManager } from "../globals.ts";

/** Lets the process keep a context where nobody did; asked by the first span, before it is anybody's parent. */
export function keepContext(): void {
  ensureContextManager(() => new AsyncLocalStorageContextManager());
}
