import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import {
  BasicTracerProvider as BasicTracerProvider1,
  type SpanProcessor as SpanProcessor1,
} from "sdk-trace-base-1";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  GRPCSpanExporter,
  HTTPSpanExporter,
  PhoenixConfigError,
  PROJECT_NAME,
  SimpleSpanProcessor,
} from "../../src/index.ts";
import { altered, endedSpan, endedSpans, fail, revoked } from "../spans/ended-spans.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { PATIENCE_MILLIS } from "../support/patience.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { leastMillis } from "../support/stopwatch.ts";
import { driveTime, releaseTime } from "../support/driven-time.ts";

useFreshProcess();

let receiver: OtlpReceiver;
const providers: BasicTracerProvider[] = [];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.shutdown();
  await receiver.stop();
});

/** A provider of another vendor with these processors, and spans ended in it. */
function recordWith(processor: BatchSpanProcessor | SimpleSpanProcessor, ...names: string[]): void {
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  providers.push(provider);
  for (const name of names) provider.getTracer("test").startSpan(name).end();
}

const many = Array.from({ length: 100 }, (_, index) => `span ${index}`);

describe.each([
  ["BatchSpanProcessor", BatchSpanProcessor],
  ["SimpleSpanProcessor", SimpleSpanProcessor],
] as const)("%s", (_name, Processor) => {
  it("delivers 100 spans that end in one tick (no limit of concurrent exports)", async () => {
    recordWith(new Processor({ endpoint: receiver.httpUrl }), ...many);
    expect(await receiver.waitForSpans(100)).toHaveLength(100);
  });

  it("takes an exporter of this package as OpenTelemetry's takes one", async () => {
    recordWith(new Processor(new HTTPSpanExporter({ endpoint: receiver.httpUrl })), "by HTTP");
    recordWith(new Processor(new GRPCSpanExporter({ endpoint: receiver.grpcUrl })), "by gRPC");
    await receiver.waitForSpans(2);
    expect(receiver.requests.map((request) => request.protocol).toSorted()).toEqual([
      "grpc",
      "http/protobuf",
    ]);
  });

  it("stamps the project onto spans of a provider that names none", async () => {
    recordWith(new Processor({ endpoint: receiver.httpUrl, projectName: "stamped" }), "span");
    await receiver.waitForSpans(1);
    expect(receiver.spans[0]?.resource[PROJECT_NAME]).toBe("stamped");
    expect(receiver.spans[0]?.resource["service.name"]).toMatch(/^unknown_service/);
  });

  it("counts what became of every span", async () => {
    const processor = new Processor({ endpoint: receiver.httpUrl });
    recordWith(processor, ...many);
    expect(await processor.flush()).toEqual({ delivered: 100, pending: 0, dropped: 0 });
    expect(processor.stats()).toMatchObject({ emitted: 100, delivered: 100, queued: 0, inFlight: 0 });
  });

  it("resolves forceFlush and shutdown when nothing listens, and says what is left", async () => {
    const lines = collectLines();
    await receiver.stop();
    const processor = new Processor({ endpoint: receiver.httpUrl });
    recordWith(processor, "lost");
    await processor.forceFlush();
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ emitted: 1, dropped: { shutdown: 1 } });
    expect(lines.join("\n")).toMatch(/PHX318 1 span .*option endpoint.*refused/);
  });

  it("hands spans to an exporter of somebody else, with the project", async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new Processor({ exporter, projectName: "theirs" });
    recordWith(processor, ...many);
    await processor.forceFlush();
    const finished = exporter.getFinishedSpans();
    expect(finished.map((span) => span.name)).toEqual(many);
    expect(finished[0]?.resource.attributes[PROJECT_NAME]).toBe("theirs");
    expect(finished[0]?.spanContext().spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it("tries again with an exporter of somebody else that fails for a moment", async () => {
    const taken: string[] = [];
    let calls = 0;
    const exporter: SpanExporter = {
      export: (spans: ReadableSpan[], done) => {
        calls++;
        if (calls === 1) return done({ code: 1, error: new Error("not now") });
        taken.push(...spans.map((span) => span.name));
        done({ code: 0 });
      },
      shutdown: async () => undefined,
    };
    const processor = new Processor({ exporter });
    recordWith(processor, "kept");
    await vi.waitFor(() => expect(taken).toEqual(["kept"]), PATIENCE_MILLIS);
  });

  it.each([
    ["throws", "rejects"],
    ["throws", "throws"],
  ])("survives an exporter of somebody else that %s, and %s at the end", async (_, end) => {
    const fail = (): never => {
      throw new Error("broken");
    };
    const failLater = end === "throws" ? fail : () => Promise.reject(new Error("broken too"));
    const exporter: SpanExporter = { export: fail, forceFlush: failLater, shutdown: failLater };
    const lines = collectLines();
    const listeners = (): number[] => ["exit", "SIGTERM"].map((name) => process.listenerCount(name));
    const before = listeners();
    const processor = new Processor({ exporter });
    recordWith(processor, "span");
    await processor.flush(100);
    await processor.shutdown();
    expect(listeners()).toEqual(before);
    expect(processor.stats().delivered).toBe(0);
    // What to look at is the exporter that was given, not where Phoenix is.
    expect(lines.at(-1)).toMatch(/^PHX318 1 span .*\(from option exporter\) .*"broken"/);
  });

  it("gives an exporter of somebody else no longer than the flush has", async () => {
    const exporter: SpanExporter = {
      export: (_, done) => done({ code: 0 }),
      forceFlush: () => new Promise(() => undefined),
      shutdown: async () => undefined,
    };
    const processor = new Processor({ exporter });
    recordWith(processor, "span");
    expect(await processor.flush(200)).toMatchObject({ pending: 0, dropped: 0 });
    expect(processor.stats().delivered).toBe(1);
    driveTime();
    try {
      const flushed = processor.forceFlush();
      await vi.advanceTimersByTimeAsync(10_000);
      await flushed;
    } finally {
      releaseTime();
    }
  });

  it("delivers a span without what of it cannot be read", async () => {
    const processor = new Processor({ endpoint: receiver.httpUrl });
    const [state, time, name] = endedSpans((tracer) => {
      for (const each of ["state", "time", "name"]) tracer.startSpan(each).end();
    });
    const spanContext = (): object => ({ ...state!.spanContext(), traceState: { serialize: fail } });
    processor.onEnd(altered(state!, { spanContext }));
    processor.onEnd(altered(time!, { startTime: undefined }, "events"));
    processor.onEnd(altered(name!, {}, "name", "resource"));
    expect(await processor.flush()).toEqual({ delivered: 3, pending: 0, dropped: 0 });
    expect(receiver.spans.map((span) => span.name).toSorted()).toEqual(["state", "time", "unknown"]);
  });

  it("never throws at the program for a span without a context, counts it and says so once", async () => {
    const lines = collectLines();
    const processor = new Processor({ endpoint: receiver.httpUrl });
    const [one, two, three] = endedSpans((tracer) => {
      for (const each of ["one", "two", "three"]) tracer.startSpan(each).end();
    });
    processor.onEnd(altered(one!, {}, "spanContext"));
    processor.onEnd(altered(two!, { spanContext: () => ({ traceFlags: 1 }) }));
    processor.onEnd(altered(three!, { spanContext: undefined }, "name"));
    recordWith(processor, "good");
    expect(await processor.flush()).toEqual({ delivered: 1, pending: 0, dropped: 0 });
    expect(processor.stats()).toMatchObject({ emitted: 4, delivered: 1, dropped: { unreadable: 3 } });
    expect(receiver.spans.map((span) => span.name)).toEqual(["good"]);
    expect(lines).toEqual([
      expect.stringMatching(/^PHX320 Span "one" cannot be read: cannot be\. It is dropped and counted/),
    ]);
  });

  it("delivers the spans of a provider of OpenTelemetry 1.x, with parents, scope and project", async () => {
    const processor = new Processor({ endpoint: receiver.httpUrl, projectName: "old" });
    const spanProcessors = [processor as unknown as SpanProcessor1];
    const provider = new BasicTracerProvider1({ spanProcessors });
    const tracer = provider.getTracer("old app", "0.1");
    const started = tracer.startSpan("root");
    tracer.startSpan("child", {}, trace.setSpan(ROOT_CONTEXT, started)).end();
    started.end();
    expect(await processor.flush()).toEqual({ delivered: 2, pending: 0, dropped: 0 });
    const [child, root] = ["child", "root"].map((name) => receiver.spans.find((span) => span.name === name)!);
    expect(child!.parentSpanId).toBe(root!.spanId);
    expect(root!.parentSpanId).toBeFalsy();
    expect(child!.scope).toMatchObject({ name: "old app", version: "0.1" });
    expect(child!.resource).toMatchObject({ [PROJECT_NAME]: "old", "telemetry.sdk.version": "1.30.1" });
  });

  it.each([
    ["no resource", { resource: undefined }],
    ["a resource that cannot be read", { resource: revoked() }],
    [
      "a resource that fails while its detectors work",
      {
        resource: {
          get asyncAttributesPending() {
            return fail();
          },
          attributes: {},
        },
      },
    ],
  ])("delivers spans with %s beside others, and lets the program live", async (_, part) => {
    const processor = new Processor({ endpoint: receiver.httpUrl, projectName: "stamped" });
    processor.onEnd(altered(endedSpan("bare"), part));
    recordWith(processor, "good");
    await receiver.waitForSpans(2);
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(["bare", "good"]);
    expect(receiver.spans.map(({ resource }) => resource[PROJECT_NAME])).toEqual(["stamped", "stamped"]);
  });

  it("delivers a span, and those that end while it is read, each with its own content", async () => {
    const processor = new Processor({ endpoint: receiver.httpUrl });
    let ended = 0;
    const endAnother = (): string => {
      recordWith(processor, `inner ${ended++}`);
      return "read";
    };
    const attributes = {
      a: "before",
      get b() {
        return endAnother();
      },
      c: "after",
    };
    processor.onEnd(altered(endedSpan("outer"), { attributes }));
    await processor.flush();
    expect(ended).toBeGreaterThan(0);
    const inner = Array.from({ length: ended }, (_, index) => `inner ${index}`);
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual([...inner, "outer"]);
    expect(receiver.spans.find(({ name }) => name === "outer")?.attributes).toEqual({
      a: "before",
      b: "read",
      c: "after",
    });
  });

  it("throws for an exporter beside an endpoint", () => {
    const both = { exporter: new InMemorySpanExporter(), endpoint: "http://localhost:6006" };
    expect(() => new Processor(both)).toThrow(PhoenixConfigError);
    expect(() => new Processor(both)).toThrow(/PHX103 .*\(\{ exporter, endpoint \}\)/);
  });

  it("throws for a knob that cannot be", () => {
    expect(() => new Processor({ maxQueueBytes: -1 })).toThrow(
      `PHX105 new ${Processor.name}({ maxQueueBytes }): maxQueueBytes is a number from 1, not -1.`,
    );
  });
});

describe("BatchSpanProcessor", () => {
  it("takes OpenTelemetry's (exporter, config)", async () => {
    const exporter = new HTTPSpanExporter({ endpoint: receiver.httpUrl });
    recordWith(new BatchSpanProcessor(exporter, { maxExportBatchSize: 10 }), ...many);
    await receiver.waitForSpans(100);
    expect(Math.max(...receiver.requests.map((request) => request.spans.length))).toBe(10);
  });

  it("honours OTEL_BSP_MAX_EXPORT_BATCH_SIZE", async () => {
    vi.stubEnv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "25");
    recordWith(new BatchSpanProcessor({ endpoint: receiver.httpUrl }), ...many);
    await receiver.waitForSpans(100);
    expect(Math.max(...receiver.requests.map((request) => request.spans.length))).toBe(25);
  });

  it("refuses the newest spans beyond OTEL_BSP_MAX_QUEUE_SIZE, and counts them", async () => {
    vi.stubEnv("OTEL_BSP_MAX_QUEUE_SIZE", "60");
    const lines = collectLines();
    const processor = new BatchSpanProcessor({ endpoint: receiver.httpUrl });
    recordWith(processor, ...many);
    await processor.flush();
    expect(processor.stats()).toMatchObject({ delivered: 60, dropped: { queue_full: 40 } });
    expect(receiver.spans.map((span) => span.name)).toEqual(many.slice(0, 60));
    expect(lines.filter((line) => line.startsWith("PHX314"))).toHaveLength(1);
  });

  it("refuses the newest spans beyond maxQueueBytes, those in flight counted, and has room again", async () => {
    const maxQueueBytes = 20_000;
    const processor = new BatchSpanProcessor({ endpoint: receiver.httpUrl, maxQueueBytes });
    recordWith(processor, ...many);
    const { queued, heldBytes, dropped } = processor.stats();
    expect(queued + dropped.queue_full).toBe(100);
    expect(heldBytes).toBeGreaterThan(maxQueueBytes - 1_000);
    expect(heldBytes).toBeLessThanOrEqual(maxQueueBytes);
    receiver.respond(() => {
      recordWith(processor, "too early");
      return undefined;
    });
    await processor.flush();
    receiver.respond(undefined);
    recordWith(processor, "in time");
    await processor.flush();
    expect(receiver.spans.map(({ name }) => name)).toEqual([...many.slice(0, queued), "in time"]);
    expect(processor.stats()).toMatchObject({
      emitted: 102,
      delivered: queued + 1,
      heldBytes: 0,
      dropped: { queue_full: dropped.queue_full + 1 },
    });
  });
});

describe.each(["http/protobuf", "grpc"] as const)("BatchSpanProcessor by %s", (protocol) => {
  const endpointOf = (of: OtlpReceiver): string => (protocol === "grpc" ? of.grpcUrl : of.httpUrl);

  it.each(["OTEL_EXPORTER_OTLP_COMPRESSION", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"])(
    "packs with gzip when %s says so",
    async (variable) => {
      vi.stubEnv(variable, "gzip");
      recordWith(new BatchSpanProcessor({ endpoint: endpointOf(receiver), protocol }), "x".repeat(20_000));
      await receiver.waitForSpans(1);
      // grpc-js does not tell the encoding; what came over the wire does.
      expect(receiver.requests[0]?.wireByteLength).toBeLessThan(2_000);
      expect(receiver.requests[0]?.body.byteLength).toBeGreaterThan(20_000);
      expect(receiver.requests[0]?.encoding).toBe(protocol === "grpc" ? "unknown" : "gzip");
    },
  );

  it("shows the client certificate of the OTEL variables", async () => {
    const secure = await startOtlpReceiver({ mtls: true });
    try {
      const { authority, client } = secure.certificates!;
      vi.stubEnv("OTEL_EXPORTER_OTLP_CERTIFICATE", authority.certFile);
      vi.stubEnv("OTEL_EXPORTER_OTLP_CLIENT_KEY", client.keyFile);
      vi.stubEnv("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", client.certFile);
      recordWith(new BatchSpanProcessor({ endpoint: endpointOf(secure), protocol }), "over mutual TLS");
      await secure.waitForSpans(1);
      expect(secure.spans.map((span) => span.name)).toEqual(["over mutual TLS"]);
    } finally {
      await secure.stop();
    }
  });

  it("gives an attempt no longer than OTEL_BSP_EXPORT_TIMEOUT", async () => {
    vi.stubEnv("OTEL_BSP_EXPORT_TIMEOUT", "300");
    const betweenMillis = await leastMillis(3_000, async () => {
      receiver.forget();
      receiver.hang();
      recordWith(new BatchSpanProcessor({ endpoint: endpointOf(receiver), protocol }), "span");
      await receiver.waitForSpans(1);
      const [unanswered, taken] = receiver.requests;
      return taken!.atMillis - unanswered!.atMillis;
    });
    // The pause of a first failure is over 1.2 s after its attempt began; an attempt's own time is 10 s.
    expect(betweenMillis).toBeLessThan(3_000);
  });
});
