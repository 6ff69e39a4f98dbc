// What an instrumentation of HTTP sees when spans are sent: a context in which it is to record nothing.
import diagnosticsChannel from "node:diagnostics_channel";
import http2 from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import { context, createContextKey, trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BatchSpanProcessor } from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

/** The key of OpenTelemetry's `suppressTracing`, which every instrumentation asks for. */
const SUPPRESS_TRACING = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** What was active when a request began: whether it is to be traced, and under which span. */
interface Sight {
  readonly by: "http" | "http2";
  readonly suppressed: unknown;
  readonly parent: unknown;
}

let receiver: OtlpReceiver;
let sights: Sight[];
const see = (by: Sight["by"]): void => {
  const active = context.active();
  sights.push({ by, suppressed: active.getValue(SUPPRESS_TRACING), parent: trace.getSpan(active) });
};

const seeHttp = (): void => see("http");
const connect = http2.connect;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  sights = [];
  diagnosticsChannel.subscribe("http.client.request.start", seeHttp);
  // As an instrumentation patches it: HTTP/2 has no such channel on Node 20.
  http2.connect = ((...args: Parameters<typeof connect>) => {
    see("http2");
    const session = connect(...args);
    const request = session.request.bind(session);
    session.request = (...call) => {
      see("http2");
      return request(...call);
    };
    return session;
  }) as typeof connect;
  syncBuiltinESMExports();
});

afterEach(async () => {
  http2.connect = connect;
  syncBuiltinESMExports();
  diagnosticsChannel.unsubscribe("http.client.request.start", seeHttp);
  await receiver.stop();
});

it.each([
  ["http/protobuf", "http"],
  ["grpc", "http2"],
] as const)("sends by %s where nothing is traced, also in the middle of a span", async (protocol, by) => {
  const endpoint = protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl;
  const processor = new BatchSpanProcessor({ endpoint, protocol, scheduledDelayMillis: 0 });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  const tracer = provider.getTracer("test");
  await tracer.startActiveSpan("outer", async (outer) => {
    // The first request connects, the second uses the connection; one is the timer's and one the flush's.
    tracer.startSpan("by the timer").end();
    await receiver.waitForSpans(1);
    tracer.startSpan("by the flush").end();
    await processor.forceFlush();
    outer.end();
  });
  await provider.shutdown();
  expect(receiver.uniqueSpanCount).toBe(3);
  expect(sights.filter((sight) => sight.by === by).length).toBeGreaterThanOrEqual(3);
  expect(sights.filter(({ suppressed, parent }) => suppressed !== true || parent !== undefined)).toEqual([]);
});
