// getActiveSpan() where nothing is traced.
import { context, trace } from "@opentelemetry/api";
import { DelegatingSpan } from "../openinference/delegating-span.ts";
import type { OpenInferenceSpan } from "../openinference/open-inference-span.ts";
import { untracedSpan } from "./untraced-span.ts";

/** A setter of each name: one that is added there is missed here. */
type Setters = Record<Exclude<keyof OpenInferenceSpan, keyof DelegatingSpan>, () => unknown>;

/** The span of whoever traces here, if anybody does. What OpenInference adds to it is recorded nowhere. */
class PassingSpan extends DelegatingSpan implements Setters {
  setInput(): this {
    return this;
  }

  setOutput(): this {
    return this;
  }

  setLLM(): this {
    return this;
  }

  setTool(): this {
    return this;
  }

  setRetrievedDocuments(): this {
    return this;
  }

  setReranker(): this {
    return this;
  }

  setEmbeddings(): this {
    return this;
  }

  setPromptTemplate(): this {
    return this;
  }

  setMetadata(): this {
    return this;
  }

  setTags(): this {
    return this;
  }

  setSession(): this {
    return this;
  }

  setUser(): this {
    return this;
  }

  setError(): this {
    return this;
  }
}

/** The span that is active here, with setters that do nothing. Never `undefined`. */
export function getActiveSpan(): OpenInferenceSpan {
  const span = trace.getActiveSpan() ?? untracedSpan(context.active());
  return new PassingSpan(span) as unknown as OpenInferenceSpan;
}
