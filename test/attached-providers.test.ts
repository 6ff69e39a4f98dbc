// attachGlobalTracerProvider() and detachGlobalTracerProvider(): a stack over what is global, whoever made it so.
import { context, createContextKey, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor as StockSimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import {
  attachGlobalTracerProvider,
  createNoOpProvider,
  detachGlobalTracerProvider,
  register,
  traceChain,
  TracerProvider,
} from "../src/index.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";

useFreshProcess();

const providers: { shutdown(): Promise<void> }[] = [];
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.shutdown();
});

/** A provider whose spans stay in memory, of OpenTelemetry or of ours. */
function recorded(kind: "stock" | "ours" = "ours") {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new StockSimpleSpanProcessor(exporter)];
  const provider =
    kind === "stock" ? new NodeTracerProvider({ spanProcessors }) : new TracerProvider({ spanProcessors });
  providers.push(provider);
  return { provider, names: () => exporter.getFinishedSpans().map(({ name }) => name) };
}

const end = (name: string): void => trace.getTracer("app").startSpan(name).end();
const KEY = createContextKey("of the program");

describe.each(["stock", "ours"] as const)("a provider (%s)", (kind) => {
  it("is global while it is attached, for wrappers too, and children hang under parents", () => {
    const { provider, names } = recorded(kind);
    const traced = traceChain(() => 1, { name: "wrapped" });
    const registration = attachGlobalTracerProvider(provider);
    trace.getTracer("app").startActiveSpan("parent", (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      traced();
      span.end();
    });
    registration.detach();
    end("not recorded");
    traced();
    expect(names()).toEqual(["wrapped", "parent"]);
  });

  it("gives its place back to the one below, whichever goes first", () => {
    const [below, above, top] = [recorded(kind), recorded(kind), recorded(kind)];
    const first = attachGlobalTracerProvider(below.provider);
    const second = attachGlobalTracerProvider(above.provider);
    end("above");
    const third = attachGlobalTracerProvider(top.provider);
    second.detach();
    end("top");
    third.detach();
    third.detach();
    end("below");
    first.detach();
    end("none");
    expect([below.names(), above.names(), top.names()]).toEqual([["below"], ["above"], ["top"]]);
  });

  it("leaves the place free: the next one can register by itself, with context manager and propagator", () => {
    attachGlobalTracerProvider(recorded(kind).provider).detach();
    const next = recorded("stock");
    next.provider.register();
    expect(propagation.fields()).toContain("traceparent");
    trace.getTracer("app").startActiveSpan("next", (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      span.end();
    });
    expect(next.names()).toEqual(["next"]);
  });

  it("wakes tracers that were taken before anybody was there, the first time and the second", () => {
    const early = trace.getTracer("early");
    const earlier = trace.getTracer("never used before");
    const first = recorded(kind);
    const registration = attachGlobalTracerProvider(first.provider);
    early.startSpan("one").end();
    registration.detach();
    const second = recorded(kind);
    attachGlobalTracerProvider(second.provider);
    earlier.startSpan("two").end();
    expect([first.names(), second.names()]).toEqual([["one"], ["two"]]);
  });
});

describe("beside another vendor's provider", () => {
  it("gives the place back as it was, and what runs keeps its context", () => {
    const vendor = recorded("stock");
    vendor.provider.register();
    const mine = recorded();
    context.with(ROOT_CONTEXT.setValue(KEY, "kept"), () => {
      const registration = attachGlobalTracerProvider(mine.provider);
      end("mine");
      expect(context.active().getValue(KEY)).toBe("kept");
      registration.detach();
      expect(context.active().getValue(KEY)).toBe("kept");
    });
    end("vendor's");
    expect([mine.names(), vendor.names()]).toEqual([["mine"], ["vendor's"]]);
    expect(propagation.fields()).toContain("traceparent");
  });

  it("detaching without having attached leaves it alone", () => {
    const vendor = recorded("stock");
    vendor.provider.register();
    detachGlobalTracerProvider();
    end("vendor's");
    expect(vendor.names()).toEqual(["vendor's"]);
  });
});

describe("with register()", () => {
  it("detaching takes down what it registered, and registering again brings it back", () => {
    const { provider, names } = recorded();
    const options = { spanProcessors: [], projectName: "one" };
    const registered = register(options);
    providers.push(registered);
    detachGlobalTracerProvider();
    expect(trace.getTracer("app").startSpan("none").isRecording()).toBe(false);
    provider.register();
    end("another's");
    expect(names()).toEqual(["another's"]);
    trace.disable();
    expect(register(options)).toBe(registered);
    expect(trace.getTracer("app").startSpan("again").isRecording()).toBe(true);
  });

  it("one that was attached gives way, and comes back when that is detached", () => {
    const lines = collectLines();
    const attached = recorded();
    const { detach } = attachGlobalTracerProvider(attached.provider);
    providers.push(register({ spanProcessors: [] }));
    expect(lines).toEqual([]);
    end("registered");
    detachGlobalTracerProvider();
    end("attached");
    detach();
    end("none");
    expect(attached.names()).toEqual(["attached"]);
  });

  it("what register() left alone is attached over it", () => {
    const vendor = recorded("stock");
    vendor.provider.register();
    const lines = collectLines();
    const provider = register({ global: false, spanProcessors: [] });
    providers.push(provider);
    const { detach } = attachGlobalTracerProvider(provider);
    end("mine");
    detach();
    end("vendor's");
    expect(vendor.names()).toEqual(["vendor's"]);
    expect(lines).toEqual([]);
  });
});

describe("createNoOpProvider()", () => {
  it("gives a provider that the program can use and that keeps nothing", async () => {
    const provider = createNoOpProvider();
    attachGlobalTracerProvider(provider);
    expect(traceChain((question: string) => `${question}!`, { name: "answer" })("why")).toBe("why!");
    expect(provider.getTracer("app").chain((a: number) => a + 1)(1)).toBe(2);
    expect(provider.stats().emitted).toBe(0);
    await provider.shutdown();
  });
});
