// The snippets of Phoenix's own documentation for its drop-in classes, Python's line by line and TypeScript's older setup
// with our names: each gives a whole tree.
import { context, propagation, trace, type Tracer } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  ensureCollectorEndpoint,
  GRPCSpanExporter,
  HTTPSpanExporter,
  isOpenInferenceSpan,
  OpenInferenceSimpleSpanProcessor,
  OTLPTraceExporter,
  PROJECT_NAME,
  register,
  SEMRESATTRS_PROJECT_NAME,
  SimpleSpanProcessor,
  TracerProvider,
  traceAgent,
  traceTool,
} from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
const providers: { shutdown(): Promise<void> }[] = [];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.shutdown();
  await receiver.stop();
});

const used = <Provider extends { shutdown(): Promise<void> }>(provider: Provider): Provider => {
  providers.push(provider);
  return provider;
};

/** What a program does after the snippet: a span by hand around traced functions, one of them after a pause. */
async function runProgram(tracer: Tracer): Promise<void> {
  const search = traceTool((query: string) => `about ${query}`, { name: "search" });
  const agent = traceAgent(
    async (question: string) => {
      await Promise.resolve();
      return search(question);
    },
    { name: "agent" },
  );
  await tracer.startActiveSpan("request", async (span) => {
    await agent("phoenix");
    trace.getTracer("by hand").startSpan("step").end();
    span.end();
  });
}

/** The tree at the receiver, a line for each span; one trace, or the test fails. */
async function treeOf(count = 4): Promise<string[]> {
  await receiver.waitForSpans(count);
  const spans = receiver.spans.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId }) => `${nameOf.get(parentSpanId ?? "") ?? "(root)"} > ${name}`);
}

const WHOLE = ["request > agent", "(root) > request", "agent > search", "request > step"].toSorted((a, b) =>
  a.slice(a.indexOf(">")) < b.slice(b.indexOf(">")) ? -1 : 1,
);

describe("Python's drop-in snippets", () => {
  it("an exporter in a processor, added to a provider", async () => {
    const tracerProvider = used(new TracerProvider());
    const spanExporter = new HTTPSpanExporter({ endpoint: `${receiver.httpUrl}/v1/traces` });
    const spanProcessor = new SimpleSpanProcessor(spanExporter);
    tracerProvider.addSpanProcessor(spanProcessor);
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    expect(await treeOf()).toEqual(WHOLE);
  });

  it("the exporter by its name", async () => {
    const tracerProvider = used(new TracerProvider());
    const exporter = new HTTPSpanExporter({ endpoint: `${receiver.httpUrl}/v1/traces` });
    tracerProvider.addSpanProcessor(new SimpleSpanProcessor({ exporter }));
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    expect(await treeOf()).toEqual(WHOLE);
  });

  it("a provider by PHOENIX_COLLECTOR_ENDPOINT, over HTTP", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", `${receiver.httpUrl}/v1/traces`);
    const tracerProvider = used(new TracerProvider());
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    expect(await treeOf()).toEqual(WHOLE);
    expect(receiver.requests[0]?.protocol).toBe("http/protobuf");
  });

  it("a provider by PHOENIX_COLLECTOR_ENDPOINT, over gRPC", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", receiver.grpcUrl);
    vi.stubEnv("PHOENIX_GRPC_PORT", new URL(receiver.grpcUrl).port);
    const tracerProvider = used(new TracerProvider());
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    expect(await treeOf()).toEqual(WHOLE);
    expect(receiver.requests[0]?.protocol).toBe("grpc");
  });

  it("a provider with an endpoint", async () => {
    const tracerProvider = used(new TracerProvider({ endpoint: `${receiver.httpUrl}/v1/traces` }));
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    expect(await treeOf()).toEqual(WHOLE);
  });

  it("a provider with a resource that names the project", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", `${receiver.httpUrl}/v1/traces`);
    const resource = resourceFromAttributes({ [PROJECT_NAME]: "my-project" });
    const tracerProvider = used(new TracerProvider({ resource }));
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    expect(await treeOf()).toEqual(WHOLE);
    expect(receiver.spans[0]?.resource[PROJECT_NAME]).toBe("my-project");
  });

  it("a batch processor in place of the simple one", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", `${receiver.httpUrl}/v1/traces`);
    const tracerProvider = used(new TracerProvider());
    const batchProcessor = new BatchSpanProcessor();
    tracerProvider.addSpanProcessor(batchProcessor);
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    await tracerProvider.forceFlush();
    expect(await treeOf()).toEqual(WHOLE);
  });

  it("a batch processor with a gRPC exporter and headers", async () => {
    const tracerProvider = used(new TracerProvider());
    const exporter = new GRPCSpanExporter({
      endpoint: receiver.grpcUrl,
      headers: { authentication: "custom-header" },
    });
    tracerProvider.addSpanProcessor(new BatchSpanProcessor({ exporter }));
    trace.setGlobalTracerProvider(tracerProvider);

    await runProgram(trace.getTracer("app"));
    await tracerProvider.forceFlush();
    expect(await treeOf()).toEqual(WHOLE);
    expect(receiver.requests[0]?.headers["authentication"]).toBe("custom-header");
  });

  it("register() with a project, and the tracer of its provider", async () => {
    const tracerProvider = used(
      register({ projectName: "my-llm-app", endpoint: `${receiver.httpUrl}/v1/traces`, batch: true }),
    );
    await runProgram(tracerProvider.getTracer("app"));
    await tracerProvider.forceFlush();
    expect(await treeOf()).toEqual(WHOLE);
  });
});

describe("TypeScript's setup by hand", () => {
  it("a provider of OpenTelemetry's that is registered", async () => {
    const provider = used(
      new NodeTracerProvider({
        resource: resourceFromAttributes({ [SEMRESATTRS_PROJECT_NAME]: "by-hand" }),
        spanProcessors: [
          new BatchSpanProcessor(
            new OTLPTraceExporter({
              url: `${receiver.httpUrl}/v1/traces`,
              headers: { Authorization: "Bearer key" },
            }),
          ),
        ],
      }),
    );
    provider.register();

    await runProgram(trace.getTracer("app"));
    await provider.forceFlush();
    expect(await treeOf()).toEqual(WHOLE);
    expect(receiver.spans[0]?.resource[PROJECT_NAME]).toBe("by-hand");
    expect(receiver.requests[0]?.headers["authorization"]).toBe("Bearer key");
  });

  it("a provider of OpenTelemetry's that is only made global", async () => {
    const provider = used(
      new NodeTracerProvider({
        spanProcessors: [new SimpleSpanProcessor({ endpoint: receiver.httpUrl })],
      }),
    );
    trace.setGlobalTracerProvider(provider);

    await runProgram(trace.getTracer("app"));
    await provider.forceFlush();
    expect(await treeOf()).toEqual(WHOLE);
  });

  it("a filter that lets AI spans out, with the exporter at an address without path", async () => {
    used(
      register({
        projectName: "my-agent",
        spanProcessors: [
          new OpenInferenceSimpleSpanProcessor({
            exporter: new OTLPTraceExporter({ url: ensureCollectorEndpoint(receiver.httpUrl) }),
            spanFilter: isOpenInferenceSpan,
            reparentOrphanedSpans: true,
          }),
        ],
      }),
    );
    await runProgram(trace.getTracer("app"));
    expect(await treeOf(2)).toEqual(["(root) > agent", "agent > search"]);
  });
});

describe("the context manager", () => {
  it("of somebody else stays, and comes before the first span of ours", async () => {
    const disable = vi.fn();
    const { AsyncLocalStorageContextManager } = await import("@opentelemetry/context-async-hooks");
    const theirs = new AsyncLocalStorageContextManager().enable();
    theirs.disable = () => {
      disable();
      return theirs;
    };
    context.setGlobalContextManager(theirs);
    trace.setGlobalTracerProvider(used(new TracerProvider({ endpoint: receiver.httpUrl })));
    await runProgram(trace.getTracer("app"));
    expect(disable).not.toHaveBeenCalled();
    expect(context.setGlobalContextManager(theirs)).toBe(false);
  });

  it("is not installed by a provider that is to touch nothing global", () => {
    const provider = used(register({ endpoint: receiver.httpUrl, global: false }));
    provider.getTracer("app").startActiveSpan("alone", (span) => {
      expect(trace.getActiveSpan()).toBeUndefined();
      span.end();
    });
    expect(propagation.fields()).toEqual([]);
  });
});
