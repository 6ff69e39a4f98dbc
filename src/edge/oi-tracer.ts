// OITracer where nothing is traced: what it would have to mask is not recorded.
import { validateTraceConfig, type TraceConfigOptions } from "../config/masking-settings.ts";
import type { Tracer } from "@opentelemetry/api";
import { UntracedTracer } from "./untraced-tracer.ts";

/** Starts spans that record nothing, whatever the tracer given is: there is nothing here that masks them. */
export class OITracer extends UntracedTracer {
  readonly readsContext = true;

  constructor({ traceConfig }: { tracer: Tracer; traceConfig?: TraceConfigOptions }) {
    super();
    if (traceConfig !== undefined && traceConfig !== null) validateTraceConfig(traceConfig, "new OITracer");
  }
}

/** Gives an {@link OITracer}. */
export function wrapTracer(tracer: Tracer): OITracer {
  return tracer instanceof OITracer ? tracer : new OITracer({ tracer });
}

/** Gives an {@link OITracer}. */
export function getTracer(_name?: string): OITracer {
  return new OITracer({ tracer: new UntracedTracer() });
}
