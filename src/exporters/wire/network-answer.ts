// An attempt that no server answered.
import type { Answer } from "../../delivery/sender.ts";

/** An error as an answer. */
export function networkAnswer(error: Error): Extract<Answer, { kind: "network" }> {
  // A host with several addresses fails with one error per address.
  const errors = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  const first = errors[0] ?? error;
  const code = (first as NodeJS.ErrnoException).code;
  return { kind: "network", code, message: error.message || first.message };
}
