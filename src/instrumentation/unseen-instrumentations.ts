import type { Instrumentation } from "../config/options.ts";
export function tellUnseen(_given: readonly Instrumentation[]): void {}
