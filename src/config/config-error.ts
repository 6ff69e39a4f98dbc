// The one error this package throws on purpose: an option that cannot be right.
import type { Diagnostic, DiagnosticCode } from "../diagnostics.ts";
import { formatDiagnostic } from "../diagnostics.ts";

/**
 * Thrown from the call that was given a wrong option, before anything was installed. A wrong environment value never
 * throws: it warns and falls back. Two copies of the package may be loaded, so test `error.name`, not `instanceof`.
 */
export class PhoenixConfigError extends Error {
  override readonly name = "PhoenixConfigError";
  /** The stable code at the start of the message, with a row in `docs/diagnostics.md`. */
  readonly code: DiagnosticCode;

  constructor(diagnostic: Diagnostic, cause?: { cause: unknown }) {
    super(formatDiagnostic(diagnostic), cause);
    this.code = diagnostic.code;
  }
}
