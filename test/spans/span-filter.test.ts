// Which spans leave, and that what leaves stays connected.
import { context, type Span, trace, TraceFlags } from "@opentelemetry/api";
import { NodeTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BatchSpanProcessor, isOpenInferenceSpan, TracerProvider, type SpanFilter } from "../../src/index.ts";
import { FilterStep } from "../../src/spans/span-filter.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider | NodeTracerProvider;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await provider.shutdown();
  await receiver.stop();
});

const noHttp: SpanFilter = (span) => !span.name.startsWith("http");

function start(spanFilter: SpanFilter = noHttp): TracerProvider {
  const made = new TracerProvider({ endpoint: receiver.httpUrl, spanFilter });
  provider = made;
  return made;
}

const open = (name: string, parent?: Span): Span =>
  provider
    .getTracer("test")
    .startSpan(name, {}, parent === undefined ? context.active() : trace.setSpan(context.active(), parent));

/** Each span that arrived, by name, with its parent's name. */
async function tree(): Promise<Record<string, string | undefined>> {
  await provider.forceFlush();
  const names = new Map(receiver.spans.map((span) => [span.spanId, span.name]));
  return Object.fromEntries(
    receiver.spans.map((span) => [
      span.name,
      span.parentSpanId ? (names.get(span.parentSpanId) ?? span.parentSpanId) : undefined,
    ]),
  );
}

describe("spanFilter", () => {
  it("hangs what it orphans under the nearest ancestor that leaves", async () => {
    start();
    const root = open("root");
    const http = open("http", root);
    const http2 = open("http again", http);
    const child = open("child", http2);
    const grandchild = open("grandchild", child);
    for (const span of [grandchild, child, http2, http, root]) span.end();
    expect(await tree()).toEqual({ root: undefined, child: "root", grandchild: "child" });
  });

  it("does so where parents end before their children, across batches", async () => {
    start();
    const root = open("root");
    const http = open("http", root);
    const http2 = open("http again", http);
    const child = open("child", http2);
    http2.end();
    await provider.forceFlush();
    http.end();
    await provider.forceFlush();
    root.end();
    const late = open("late", http2);
    child.end();
    await provider.forceFlush();
    late.end();
    expect(await tree()).toEqual({ root: undefined, child: "root", late: "root" });
  });

  it("makes roots of children of a filtered root, and leaves a remote parent alone", async () => {
    start();
    const http = open("http");
    const child = open("child", http);
    child.end();
    http.end();
    const remote = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    const incoming = trace.setSpanContext(context.active(), remote);
    const local = provider.getTracer("test").startSpan("http local root", {}, incoming);
    const below = open("below", local);
    below.end();
    local.end();
    const late = open("late", local);
    late.end();
    provider.getTracer("test").startSpan("direct", {}, incoming).end();
    expect(await tree()).toEqual({
      child: undefined,
      below: remote.spanId,
      late: remote.spanId,
      direct: remote.spanId,
    });
  });

  it.each([true, false, undefined])(
    "finds the ancestor of a child whose parent's context was made again by hand (isRemote: %s)",
    async (isRemote) => {
      start();
      const root = open("root");
      const http = open("http", root);
      const again = (span: Span): Span => {
        const { traceId, spanId, traceFlags } = span.spanContext();
        return trace.wrapSpanContext({
          traceId,
          spanId,
          traceFlags,
          ...(isRemote !== undefined && { isRemote }),
        });
      };
      const between = open("http between", again(http));
      open("while open", again(between)).end();
      for (const span of [between, http, root]) span.end();
      open("afterwards", again(between)).end();
      expect(await tree()).toEqual({ root: undefined, "while open": "root", afterwards: "root" });
    },
  );

  it("asks of an open parent as it is when its child ends", async () => {
    start((span) => span.attributes["keep"] === true);
    const root = open("root").setAttribute("keep", true);
    const later = open("kept later", root);
    const one = open("one", later).setAttribute("keep", true);
    one.end();
    later.setAttribute("keep", true);
    const two = open("two", later).setAttribute("keep", true);
    two.end();
    later.end();
    root.end();
    expect(await tree()).toEqual({ root: undefined, one: "root", two: "kept later", "kept later": "root" });
  });

  it("counts filtered spans as filtered, not as lost", async () => {
    const made = start();
    const root = open("root");
    open("http", root).end();
    open("http", root).end();
    root.end();
    expect(await made.flush()).toEqual({ delivered: 1, pending: 0, dropped: 0, filtered: 2 });
    open("http").end();
    expect(await made.flush()).toEqual({ delivered: 0, pending: 0, dropped: 0, filtered: 3 });
    expect(made.stats()).toMatchObject({ emitted: 4, delivered: 1, filtered: 3, queued: 0, inFlight: 0 });
    expect(Object.values(made.stats().dropped)).toEqual(Object.values(made.stats().dropped).map(() => 0));
  });

  it("changes no live span, and asks for none that other processors see", async () => {
    const ended: ReadableSpan[] = [];
    provider = new TracerProvider({
      endpoint: receiver.httpUrl,
      spanFilter: noHttp,
      spanProcessors: [
        "auto",
        {
          onStart: () => undefined,
          onEnd: (span) => void ended.push(span),
          forceFlush: async () => undefined,
          shutdown: async () => undefined,
        },
      ],
    });
    const http = open("http");
    const child = open("child", http);
    child.end();
    http.end();
    expect(ended.map((span) => span.name)).toEqual(["child", "http"]);
    expect(ended[0]?.parentSpanContext?.spanId).toBe(http.spanContext().spanId);
    expect(await tree()).toEqual({ child: undefined });
  });

  it("works on a processor in another vendor's provider", async () => {
    provider = new NodeTracerProvider({
      spanProcessors: [
        new BatchSpanProcessor({ endpoint: receiver.httpUrl, spanFilter: isOpenInferenceSpan }),
      ],
    });
    const root = open("agent").setAttribute("openinference.span.kind", "AGENT");
    const http = open("http", root);
    const llm = open("llm", http).setAttribute("openinference.span.kind", "LLM");
    llm.end();
    http.end();
    root.end();
    expect(await tree()).toEqual({ agent: undefined, llm: "agent" });
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["is asynchronous", async () => false],
    [
      "is asynchronous and fails",
      async () => {
        throw new Error("no");
      },
    ],
  ])("keeps the span where it %s, said once", async (_, spanFilter) => {
    const lines = collectLines();
    start(spanFilter as SpanFilter);
    const root = open("root");
    open("child", root).end();
    root.end();
    expect(await tree()).toEqual({ root: undefined, child: "root" });
    expect(lines.filter((line) => line.startsWith("PHX334"))).toHaveLength(1);
  });
});

/** A span as the step sees it, without an SDK. */
const plain = (traceId: string, spanId: string, parentId?: string, name = "http"): ReadableSpan =>
  ({
    name,
    attributes: {},
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    ...(parentId && { parentSpanContext: { traceId, spanId: parentId, traceFlags: 1 } }),
  }) as unknown as ReadableSpan;

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");

describe("what a filter remembers", () => {
  it("finds the ancestor of a child that ends a second after its trace went quiet, and forgets after a minute", () => {
    let now = 0;
    const step = new FilterStep(
      noHttp,
      (span) => span,
      () => now,
    );
    const run = (trace: string, quietMillis: number): unknown => {
      const http = plain(trace, "b".repeat(16), "a".repeat(16));
      step.started(http);
      step.ended(http);
      now += quietMillis;
      return step.ended(plain(trace, "c".repeat(16), "b".repeat(16), "child"));
    };
    expect(run("1".repeat(32), 1_000)).toMatchObject({ parent: { spanId: "a".repeat(16) } });
    expect(run("2".repeat(32), 59_000)).toMatchObject({ parent: { spanId: "a".repeat(16) } });
    step.ended(plain("3".repeat(32), "d".repeat(16)));
    now += 61_000;
    step.ended(plain("4".repeat(32), "d".repeat(16)));
    const forgotten = plain("3".repeat(32), "e".repeat(16), "d".repeat(16), "child");
    expect(step.ended(forgotten)).toMatchObject({ parent: { spanId: "d".repeat(16) } });
  });

  it("does not end in a circle of ids", () => {
    const step = new FilterStep(
      noHttp,
      (span) => span,
      () => 0,
    );
    const trace = "5".repeat(32);
    step.ended(plain(trace, "a".repeat(16), "b".repeat(16)));
    step.ended(plain(trace, "b".repeat(16), "a".repeat(16)));
    expect(step.ended(plain(trace, "c".repeat(16), "a".repeat(16), "child"))).toHaveProperty("parent");
  });

  it("holds no span that nobody ends, and finds its way in a trace of many filtered ones", () => {
    const step = new FilterStep(
      noHttp,
      (span) => span,
      () => 0,
    );
    const trace = "6".repeat(32);
    step.started(plain(trace, "a".repeat(16), undefined, "root"));
    for (let index = 1; index <= 1_000; index++) {
      const parent = index === 1 ? "a".repeat(16) : hex(index - 1, 16);
      const http = plain(trace, hex(index, 16), parent);
      step.started(http);
      step.ended(http);
    }
    const child = plain(trace, "c".repeat(16), hex(1_000, 16), "child");
    expect(step.ended(child)).toMatchObject({ parent: { spanId: "a".repeat(16) } });
  });
});
