// Every public name of the package, in reading order.
export type { Diagnostic, DiagnosticCode } from "./diagnostics.ts";
