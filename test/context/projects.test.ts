// Many projects from one process and one queue: a trace stays together, whichever way it goes.
import { context, trace, TraceFlags } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemorySpanExporter, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BatchSpanProcessor,
  PROJECT_NAME,
  TracerProvider,
  traceChain,
  usingProject,
} from "../../src/index.ts";
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

function start(made: TracerProvider | NodeTracerProvider = ours("http/protobuf")): void {
  provider = made;
  provider.register();
}

const ours = (protocol: "http/protobuf" | "grpc", projectName = "own"): TracerProvider =>
  new TracerProvider({
    endpoint: protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl,
    protocol,
    projectName,
    traceConfig: { hideInputs: true },
  });

const end = (name: string): void =>
  trace
    .getTracer("app")
    .startSpan(name, { attributes: { "input.value": "x" } })
    .end();
const inside = (name: string, fn: () => void): void =>
  trace.getTracer("app").startActiveSpan(name, (span) => {
    fn();
    span.end();
  });

async function projects(): Promise<Record<string, unknown>> {
  await provider.forceFlush();
  return Object.fromEntries(receiver.spans.map((span) => [span.name, span.resource[PROJECT_NAME]]));
}

describe("usingProject()", () => {
  it.each(["http/protobuf", "grpc"] as const)(
    "sends the traces inside to the project by %s, one resource per project in the request",
    async (protocol) => {
      start(ours(protocol));
      const result = await usingProject("rag", async () => {
        end("a");
        await Promise.resolve();
        return traceChain(async () => 7, { name: "b" })();
      });
      usingProject("chat", () => end("c"));
      end("d");
      usingProject("rag", () => end("e"));
      expect(result).toBe(7);
      expect(await projects()).toEqual({ a: "rag", b: "rag", c: "chat", d: "own", e: "rag" });
      expect(receiver.requests).toHaveLength(1);
      const resources = new Set(receiver.spans.map((span) => span.resource));
      expect(resources.size).toBe(3);
      expect(receiver.spans.every(({ attributes }) => attributes["input.value"] !== "x")).toBe(true);
    },
  );

  it("keeps a trace together: the project of its root holds", async () => {
    start();
    usingProject("outer", () =>
      inside("root", () => {
        usingProject("inner", () => inside("child", () => usingProject("third", () => end("grandchild"))));
        end("sibling");
      }),
    );
    inside("root of own", () => usingProject("inner", () => end("child of own")));
    expect(await projects()).toEqual({
      root: "outer",
      child: "outer",
      grandchild: "outer",
      sibling: "outer",
      "root of own": "own",
      "child of own": "own",
    });
  });

  it("holds for a span whose parent is remote, and for a new root inside a trace", async () => {
    start();
    const remote = trace.setSpanContext(context.active(), {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    context.with(remote, () =>
      usingProject("rag", () => inside("of remote", () => usingProject("no", () => end("below")))),
    );
    inside("trace", () =>
      usingProject("fresh", () => trace.getTracer("app").startSpan("new root", { root: true }).end()),
    );
    expect(await projects()).toEqual({ "of remote": "rag", below: "rag", trace: "own", "new root": "fresh" });
  });

  it.each([true, false, undefined])(
    "holds in a trace of which somebody makes a context by hand (isRemote: %s)",
    async (isRemote) => {
      start();
      const flags = isRemote === undefined ? {} : { isRemote };
      const made = { traceId: "0af7651916cd43dd8448eb211c80319c", traceFlags: TraceFlags.SAMPLED, ...flags };
      const within = (spanId: string, project: string, name: string): void =>
        context.with(trace.setSpanContext(context.active(), { ...made, spanId }), () =>
          usingProject(project, () => inside(name, () => usingProject("no", () => end(`below ${name}`)))),
        );
      // Of another process: a root here, each time.
      within("b7ad6b7169203331", "rag", "first");
      within("b7ad6b7169203332", "chat", "second");
      // Of this one.
      usingProject("rag", () =>
        inside("root", () => {
          const { traceId, spanId, traceFlags } = trace.getActiveSpan()!.spanContext();
          const again = trace.wrapSpanContext({ traceId, spanId, traceFlags, ...flags });
          context.with(trace.setSpan(context.active(), again), () => usingProject("no", () => end("child")));
        }),
      );
      expect(await projects()).toEqual({
        first: "rag",
        "below first": "rag",
        second: "chat",
        "below second": "chat",
        root: "rag",
        child: "rag",
      });
    },
  );

  it("means the provider's own project by a blank name, and leaves the outer one by what is no name", async () => {
    start();
    usingProject("rag", () => {
      usingProject(" ", () => end("blank"));
      usingProject(undefined as never, () => end("wrong"));
    });
    expect(await projects()).toEqual({ blank: "own", wrong: "rag" });
  });

  it("beats the project of another vendor's resource, in that vendor's provider", async () => {
    start(
      new NodeTracerProvider({
        resource: resourceFromAttributes({ [PROJECT_NAME]: "theirs", "service.name": "s" }),
        spanProcessors: [new BatchSpanProcessor({ endpoint: receiver.httpUrl, projectName: "own" })],
      }),
    );
    usingProject("rag", () => inside("root", () => usingProject("no", () => end("child"))));
    end("plain");
    expect(await projects()).toEqual({ root: "rag", child: "rag", plain: "theirs" });
    expect(receiver.spans[0]?.resource["service.name"]).toBe("s");
  });

  it("goes by the context below a span of another provider, whose trace is not sent", async () => {
    const foreign = new NodeTracerProvider();
    start();
    const tracer = provider.getTracer("app");
    const parent = trace.setSpan(context.active(), foreign.getTracer("http").startSpan("request"));
    context.with(parent, () => usingProject("rag", () => tracer.startSpan("ours").end()));
    expect(await projects()).toEqual({ ours: "rag" });
    await foreign.shutdown();
  });

  it("reaches a foreign exporter in our processor, and leaves the live span's resource as it is", async () => {
    const exporter = new InMemorySpanExporter();
    const live: string[] = [];
    start(
      new TracerProvider({
        projectName: "own",
        spanProcessors: [
          new BatchSpanProcessor(exporter),
          {
            onStart: () => undefined,
            onEnd: (span) => void live.push(String(span.resource.attributes[PROJECT_NAME])),
            forceFlush: async () => undefined,
            shutdown: async () => undefined,
          },
        ],
      }),
    );
    usingProject("rag", () => end("a"));
    await provider.forceFlush();
    expect(exporter.getFinishedSpans().map((span) => span.resource.attributes[PROJECT_NAME])).toEqual([
      "rag",
    ]);
    expect(live).toEqual(["own"]);
  });

  it("is shown by stats(), with the spans of each project", async () => {
    start();
    usingProject("rag", () => inside("a", () => end("b")));
    usingProject("chat", () => end("c"));
    end("d");
    await provider.forceFlush();
    const stats = (provider as TracerProvider).stats();
    expect(stats).toMatchObject({ emitted: 4, delivered: 4, projects: { rag: 2, chat: 1, own: 1 } });
  });

  it("is named in the line that says why spans wait", async () => {
    const lines = collectLines();
    start(
      new TracerProvider({ endpoint: "http://127.0.0.1:1", protocol: "http/protobuf", projectName: "own" }),
    );
    usingProject("rag", () => end("a"));
    end("b");
    await provider.shutdown();
    expect(lines.join("\n")).toMatch(/PHX318 2 spans .*projects "rag", "own"/);
  });
});
