// Spans written by hand in the words of other makers, and what of them arrives.
import { afterEach, beforeEach } from "vitest";
import { context, ROOT_CONTEXT, trace, type Attributes, type SpanStatus } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { BatchSpanProcessor } from "../../src/index.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

/** A span of another maker. */
export interface ForeignSpan {
  readonly name?: string;
  readonly scope?: string;
  readonly attributes?: Attributes;
  readonly events?: readonly (readonly [name: string, attributes: Attributes])[];
  readonly status?: SpanStatus;
  readonly inside?: readonly ForeignSpan[];
}

/** Sends spans through our processor to a receiver; each test has its own. */
export interface ForeignSpans {
  /** Sends these spans and gives what arrived, in the order in which they ended: inner ones first. */
  send(...spans: ForeignSpan[]): Promise<readonly CollectedSpan[]>;
  /** Sends one span and gives its attributes. */
  attributes(span: ForeignSpan): Promise<CollectedSpan["attributes"]>;
  readonly provider: NodeTracerProvider;
  readonly receiver: OtlpReceiver;
}

export function useForeignSpans(): ForeignSpans {
  let receiver: OtlpReceiver;
  let provider: NodeTracerProvider;

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    provider = new NodeTracerProvider({
      spanProcessors: [new BatchSpanProcessor({ endpoint: receiver.httpUrl })],
    });
    provider.register();
  });

  afterEach(async () => {
    await provider.shutdown();
    await receiver.stop();
    trace.disable();
    context.disable();
  });

  const send = async (...spans: ForeignSpan[]): Promise<readonly CollectedSpan[]> => {
    const before = receiver.spans.length;
    for (const span of spans) record(provider, span, ROOT_CONTEXT);
    await provider.forceFlush();
    return receiver.spans.slice(before);
  };
  return {
    send,
    attributes: async (span) => (await send(span))[0]!.attributes,
    get provider() {
      return provider;
    },
    get receiver() {
      return receiver;
    },
  };
}

function record(provider: NodeTracerProvider, foreign: ForeignSpan, parent: typeof ROOT_CONTEXT): void {
  const { name = "call", scope = "somebody", attributes = {}, events = [], status, inside = [] } = foreign;
  const span = provider.getTracer(scope).startSpan(name, { attributes }, parent);
  for (const each of inside) record(provider, each, trace.setSpan(parent, span));
  for (const [event, eventAttributes] of events) span.addEvent(event, eventAttributes);
  if (status !== undefined) span.setStatus(status);
  span.end();
}
