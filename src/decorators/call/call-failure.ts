// How a call failed: what it threw, or what its answer tells.
import { SpanStatusCode } from "@opentelemetry/api";
import { recordFailure } from "../../openinference/failure.ts";
import type { InspectableSpan } from "../../openinference/inspectable-span.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";
import { modelFailure, toldFailure } from "../../openinference/told-failure.ts";
import { isFrameworkSignal } from "./framework-signal.ts";

const FAILED = { code: SpanStatusCode.ERROR };

/** A failure. Its error may be any value: `undefined` can be thrown, too. */
export interface CallFailure {
  readonly error: unknown;
}

/** The failure that a thrown value is; none where a framework threw it to steer the program. */
export const thrownFailure = (error: unknown): CallFailure | undefined =>
  isFrameworkSignal(error) ? undefined : { error };

/** The failure that a chunk tells. */
export function chunkFailure(kind: SpanKindValue, chunk: unknown): CallFailure | undefined {
  if (typeof chunk !== "object" || chunk === null) return undefined;
  const error = kind === "LLM" ? modelFailure(chunk) : toldFailure(chunk);
  return error === undefined ? undefined : { error };
}

/** The failure that a whole result tells, where it may be the answer of a model. */
export const resultFailure = (kind: SpanKindValue, result: unknown): CallFailure | undefined =>
  kind === "LLM" || kind === "AGENT" ? chunkFailure(kind, result) : undefined;

/** Records a failure; one that hurts when it is read is one all the same. */
export function writeFailure(span: InspectableSpan, { error }: CallFailure, maxLength: number): void {
  try {
    recordFailure(span, error, maxLength);
  } catch {
    if (span.status.code === SpanStatusCode.UNSET) span.setStatus(FAILED);
  }
}
