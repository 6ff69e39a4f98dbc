// Whether a span is one of OpenInference.
import type { Attributes } from "@opentelemetry/api";

/** Whether a span has a kind of OpenInference; for `spanFilter`, which is asked after other makers' spans got theirs. */
export function isOpenInferenceSpan(span: { readonly attributes: Attributes }): boolean {
  return span.attributes?.["openinference.span.kind"] !== undefined;
}
