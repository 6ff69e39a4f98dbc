import net from "node:net";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  BatchSpanProcessor as StockBatchSpanProcessor,
  NodeTracerProvider,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  HTTPSpanExporter,
  register,
  traceAgent,
  traceLLM,
  traceTool,
  TracerProvider,
  usingSession,
} from "../../src/index.ts";
import { captureSpans } from "../../src/testing/index.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

const search = traceTool((query: string) => [`a page about ${query}`], { name: "search" });
const complete = traceLLM(async (prompt: string) => `You asked: ${prompt}`, { model: "gpt-4o-mini" });
const answer = traceAgent(
  async (question: string) => {
    search(question);
    return await complete(question);
  },
  { name: "agent" },
);

afterEach(() => {
  vi.useRealTimers();
  trace.disable();
  context.disable();
});

describe("the spans of a test", () => {
  it("are a tree, without register(), provider, flush or teardown", async () => {
    const spans = captureSpans();
    await answer("tea");

    expect(spans.tree).toMatchObject([
      {
        name: "agent",
        kind: "AGENT",
        status: "OK",
        attributes: { "input.value": "tea", "output.value": "You asked: tea" },
        events: [],
        children: [
          { name: "search", kind: "TOOL", children: [] },
          { kind: "LLM", attributes: { "llm.model_name": "gpt-4o-mini" }, children: [] },
        ],
      },
    ]);
  });

  it("are there at once when they have ended, and a parent that is open is not", () => {
    const spans = captureSpans();
    const tracer = trace.getTracer("app");
    tracer.startActiveSpan("outer", (outer) => {
      tracer.startSpan("inner").end();
      expect(spans.tree.map(({ name }) => name)).toEqual(["inner"]);
      outer.end();
    });
    expect(spans.tree).toMatchObject([{ name: "outer", children: [{ name: "inner" }] }]);
  });

  it("have OpenTelemetry's kind where there is no other, a status, and events", () => {
    const spans = captureSpans();
    const tracer = trace.getTracer("app");
    tracer.startSpan("get", { kind: SpanKind.CLIENT }).end();
    const failing = tracer.startSpan("fails");
    failing.recordException(new Error("no tea"));
    failing.setStatus({ code: SpanStatusCode.ERROR });
    failing.end();
    expect(spans.tree).toMatchObject([
      { name: "get", kind: "CLIENT", status: "UNSET" },
      {
        kind: "SPAN",
        status: "ERROR",
        events: [{ name: "exception", attributes: { "exception.message": "no tea" } }],
      },
    ]);
  });

  it("stand in the order in which they started, also where the clock is faked or stands", () => {
    vi.useFakeTimers({ now: 0 });
    const spans = captureSpans();
    const tracer = trace.getTracer("app");
    const started = Array.from({ length: 20 }, (_, index) => tracer.startSpan(`span ${index}`));
    for (const span of started.toReversed()) span.end();
    expect(spans.tree.map(({ name }) => name)).toEqual(started.map((_, index) => `span ${index}`));
  });

  it("carry what the context says, and what leaves for Phoenix of spans of other makers", () => {
    const spans = captureSpans();
    usingSession("s1", () => trace.getTracer("app").startSpan("step").end());
    trace
      .getTracer("gen-ai")
      .startSpan("chat gpt-4o", {
        attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" },
      })
      .end();
    expect(spans.tree).toMatchObject([
      { attributes: { "session.id": "s1" } },
      { kind: "LLM", attributes: { "llm.model_name": "gpt-4o" } },
    ]);
  });

  it("are those of the latest call; clear() forgets what started before", () => {
    const first = captureSpans();
    search("one");
    const second = captureSpans();
    search("two");
    expect(first.tree).toMatchObject([{ attributes: { "input.value": "one" } }]);
    expect(second.tree).toMatchObject([{ attributes: { "input.value": "two" } }]);
    second.clear();
    search("three");
    expect(second.tree).toMatchObject([{ attributes: { "input.value": "three" } }]);
  });

  it("that a test leaves behind stay with their parent's", () => {
    const first = captureSpans();
    const tracer = trace.getTracer("app");
    const parent = tracer.startSpan("left behind");
    const second = captureSpans();
    tracer.startSpan("late child", {}, trace.setSpan(context.active(), parent)).end();
    parent.end();
    expect(first.tree).toMatchObject([{ name: "left behind", children: [{ name: "late child" }] }]);
    expect(second.tree).toEqual([]);
  });
});

describe("captureSpans(fn)", () => {
  it("gives what is recorded in the function, for tests at the same time", async () => {
    const outer = captureSpans();
    const [one, two] = await Promise.all([
      captureSpans(() => answer("one")),
      captureSpans(() => answer("two")),
    ]);
    expect(one.tree).toMatchObject([{ attributes: { "input.value": "one" } }]);
    expect(two.tree).toMatchObject([{ attributes: { "input.value": "two" } }]);
    expect(captureSpans(() => search("sync")).tree).toMatchObject([{ name: "search" }]);
    expect(outer.tree).toEqual([]);
  });

  it("lets through what the function throws", async () => {
    const error = new Error("no");
    expect(() =>
      captureSpans(() => {
        throw error;
      }),
    ).toThrow(error);
    await expect(captureSpans(async () => Promise.reject(error))).rejects.toBe(error);
  });
});

describe("every provider", () => {
  it("of this package is seen, registered before or after, shut down or not", async () => {
    const before = register({ projectName: "before" });
    const spans = captureSpans();
    search("one");
    const after = register({ projectName: "after" });
    search("two");
    after.getTracer("app").startSpan("by provider").end();
    new TracerProvider({ spanProcessors: [] }).getTracer("app").startSpan("without processors").end();
    await before.shutdown();
    await after.shutdown();
    search("three");
    after.getTracer("app").startSpan("after shutdown").end();
    expect(spans.tree.map(({ name }) => name)).toEqual([
      "search",
      "search",
      "by provider",
      "without processors",
      "search",
      "after shutdown",
    ]);
  });

  it("that is global is seen, whoever made it and whenever it became so", () => {
    const spans = captureSpans();
    trace.disable();
    context.disable();
    const tracer = trace.getTracer("early");
    new NodeTracerProvider().register();
    tracer.startSpan("early tracer").end();
    search("tea");
    expect(spans.tree.map(({ name }) => name)).toEqual(["early tracer", "search"]);
  });

  it("shows neither what is not sampled nor what a filter keeps back, and masks as it does for Phoenix", () => {
    register({
      spanFilter: ({ name }) => name !== "noise",
      traceConfig: { hideInputs: true },
    });
    const spans = captureSpans();
    const tracer = trace.getTracer("app");
    tracer.startActiveSpan("noise", (noise) => {
      search("secret");
      noise.end();
    });
    new NodeTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer("off").startSpan("unsampled").end();
    expect(spans.tree).toMatchObject([{ name: "search", attributes: { "input.value": "__REDACTED__" } }]);
  });
});

describe("nothing leaves", () => {
  it.each(["http/protobuf", "grpc", "infer"] as const)(
    "by %s: no connection is tried, every promise resolves, no line is printed",
    async (protocol) => {
      let connections = 0;
      const server = net.createServer((socket) => {
        connections++;
        socket.destroy();
      });
      const port = await listenOnOwnPort(server);
      const lines = [vi.spyOn(console, "warn"), vi.spyOn(console, "error")];
      const endpoint = `http://127.0.0.1:${port}`;
      const apiKey = vi.fn(async () => "key");

      const provider = register({ endpoint, protocol, apiKey, batch: false });
      const exporter = new HTTPSpanExporter({ endpoint });
      const stock = new NodeTracerProvider({ spanProcessors: [new StockBatchSpanProcessor(exporter)] });
      const spans = captureSpans();
      search("tea");
      stock.getTracer("app").startSpan("stock").end();
      await stock.forceFlush();
      await provider.forceFlush();
      expect(await provider.flush()).toEqual({ delivered: 0, pending: 0, dropped: 0 });
      await provider.shutdown();

      expect(spans.tree.map(({ name }) => name)).toEqual(["search", "stock"]);
      expect(connections).toBe(0);
      expect(apiKey).not.toHaveBeenCalled();
      expect(lines.flatMap(({ mock }) => mock.calls)).toEqual([]);
      for (const line of lines) line.mockRestore();
      server.close();
    },
  );
});
