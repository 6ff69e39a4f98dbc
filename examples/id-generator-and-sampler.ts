// A custom id generator and sampler: `register()` passes every option of OpenTelemetry's tracer
// provider on. Here a trace id starts with its start time, and health checks are not traced.
import {
  AlwaysOnSampler,
  ParentBasedSampler,
  RandomIdGenerator,
  SamplingDecision,
  type IdGenerator,
  type Sampler,
} from "@opentelemetry/sdk-trace-node";
import { register, traceChain } from "phoenix-otel";

class TimedIdGenerator implements IdGenerator {
  readonly #random = new RandomIdGenerator();

  generateTraceId(): string {
    const seconds = Math.floor(Date.now() / 1000);
    return seconds.toString(16).padStart(8, "0") + this.#random.generateTraceId().slice(8);
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}

const withoutHealthChecks: Sampler = {
  shouldSample: (_context, _traceId, name) => ({
    decision: name === "health" ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD_AND_SAMPLED,
  }),
  toString: () => "withoutHealthChecks",
};

register({
  idGenerator: new TimedIdGenerator(),
  sampler: new ParentBasedSampler({
    root: withoutHealthChecks,
    remoteParentSampled: new AlwaysOnSampler(),
  }),
});

const health = traceChain(() => "ok", { name: "health" });
const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

health();
greet("Ada");
