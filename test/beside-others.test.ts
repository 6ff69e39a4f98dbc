// Where another provider is global: the spans of our wrappers form whole traces of their own.
import { context, ROOT_CONTEXT, trace, TraceFlags, type Context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  NodeTracerProvider,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";
import { attachGlobalTracerProvider, register as registerPeer } from "@arizeai/phoenix-otel";
import * as first from "sdk-trace-base-1";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  OITracer,
  PROJECT_NAME,
  register,
  type RegisterOptions,
  type TracerProvider,
  traceChain,
  traceTool,
  usingProject,
} from "../src/index.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "./support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider | undefined;
let lines: string[];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  lines = collectLines();
});
afterEach(async () => {
  await provider?.shutdown();
  await receiver.stop();
});

function here(options: RegisterOptions = {}): TracerProvider {
  provider = register({ endpoint: receiver.httpUrl, projectName: "own", ...options });
  return provider;
}

/** Each span that arrived as `name < parent`, sorted; a parent that did not arrive is `?`. */
async function tree(): Promise<string[]> {
  await provider?.forceFlush();
  const names = new Map(receiver.spans.map(({ spanId, name }) => [spanId, name]));
  return receiver.spans
    .map(({ name, parentSpanId }) => (parentSpanId ? `${name} < ${names.get(parentSpanId) ?? "?"}` : name))
    .toSorted();
}

const traceIds = (): string[] => [...new Set(receiver.spans.map(({ traceId }) => traceId))];

const one = (name: string): CollectedSpan => receiver.spans.find((span) => span.name === name)!;

/** Runs `fn` in a span of whoever is global, and gives the id of its trace. */
const theirs = <T>(fn: () => T, name = "theirs"): { traceId: string; result: T } =>
  trace.getTracer("vendor").startActiveSpan(name, (span) => {
    const result = fn();
    span.end();
    return { traceId: span.spanContext().traceId, result };
  });

const tool = traceTool(() => 1, { name: "tool" });
const chain = traceChain(() => void theirs(() => void theirs(tool), "between"), { name: "chain" });

const samplers = {
  everything: () => ({ two: new AlwaysOnSampler(), one: new first.AlwaysOnSampler() }),
  nothing: () => ({ two: new AlwaysOffSampler(), one: new first.AlwaysOffSampler() }),
  "every second trace": () => ({
    two: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
    one: new first.ParentBasedSampler({ root: new first.TraceIdRatioBasedSampler(0.5) }),
  }),
};

const providers = {
  "2.x": (sampler: keyof typeof samplers) =>
    new NodeTracerProvider({ sampler: samplers[sampler]().two }).register(),
  "1.x": (sampler: keyof typeof samplers) => {
    const vendor = new first.BasicTracerProvider({ sampler: samplers[sampler]().one });
    vendor.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  },
};

describe.each(["2.x", "1.x"] as const)("beside a global provider of the %s line", (line) => {
  it.each(["everything", "nothing", "every second trace"] as const)(
    "that samples %s, wrappers form whole traces with its trace ids",
    async (sampled) => {
      providers[line](sampled);
      here();
      const ids = [0, 1, 2, 3].map(() => theirs(chain).traceId);
      expect(await tree()).toEqual([...Array(4).fill("chain"), ...Array(4).fill("tool < chain")]);
      expect(traceIds().toSorted()).toEqual(ids.toSorted());
      expect(lines).toEqual([expect.stringMatching(/^PHX201 /)]);
    },
  );

  it("so do the spans of our provider's tracers, active or set by hand", async () => {
    providers[line]("nothing");
    const tracer = here().getTracer("app");
    const { traceId } = theirs(() =>
      tracer.startActiveSpan("active", (span) => {
        theirs(() => tracer.startSpan("leaf").end());
        span.end();
      }),
    );
    const manual = tracer.startSpan("manual");
    context.with(trace.setSpan(context.active(), manual), () => tracer.chain(tool, { name: "named" })());
    manual.end();
    expect(await tree()).toEqual(["active", "leaf < active", "manual", "named < manual", "tool < named"]);
    expect(one("leaf").traceId).toBe(traceId);
  });
});

describe("beside another provider that is global", () => {
  it("a span of theirs right below one that was set by hand is skipped", async () => {
    new NodeTracerProvider().register();
    const tracer = here().getTracer("app");
    const manual = tracer.startSpan("manual");
    context.with(trace.setSpan(context.active(), manual), () => theirs(tool));
    manual.end();
    expect(await tree()).toEqual(["manual", "tool < manual"]);
  });

  it("our sampler is asked with their trace's id, and with no parent of theirs", async () => {
    new NodeTracerProvider().register();
    const asked: [boolean, string][] = [];
    const sampler: Sampler = {
      shouldSample: (active: Context, traceId) => {
        asked.push([trace.getSpan(active) === undefined, traceId]);
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    };
    here({ sampler });
    const { traceId } = theirs(tool);
    expect(asked).toEqual([[true, traceId]]);
  });

  it("what our sampler leaves out stays out as a whole", async () => {
    new NodeTracerProvider().register();
    const root = {
      shouldSample: (_: Context, __: string, name: string) => ({ decision: name === "chain" ? 0 : 2 }),
    };
    here({ sampler: new ParentBasedSampler({ root }) });
    theirs(chain);
    theirs(tool);
    expect(await tree()).toEqual(["tool"]);
  });

  it("a parent in another process stays", async () => {
    new NodeTracerProvider().register();
    here();
    const remote = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
    };
    context.with(trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }), tool);
    await tree();
    expect(one("tool")).toMatchObject({ traceId: remote.traceId, parentSpanId: remote.spanId });
  });

  it("a span of theirs that a processor of ours sends is a parent like ours", async () => {
    const endpoint = receiver.httpUrl;
    const vendor = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor({ endpoint })] });
    vendor.register();
    here();
    theirs(chain);
    await vendor.forceFlush();
    expect(await tree()).toEqual([
      "between < chain",
      "chain < theirs",
      "theirs",
      "theirs < between",
      "tool < theirs",
    ]);
  });

  it("a project that the environment names in everybody's resource does not make them ours", async () => {
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", `${PROJECT_NAME}=shared`);
    const { detectResources, envDetector } = await import("@opentelemetry/resources");
    new NodeTracerProvider({ resource: detectResources({ detectors: [envDetector] }) }).register();
    here();
    theirs(chain);
    expect(await tree()).toEqual(["chain", "tool < chain"]);
  });

  it("usingProject() and masked spans hold across theirs", async () => {
    new NodeTracerProvider().register();
    const oi = new OITracer({ tracer: here().getTracer("app"), traceConfig: { hideInputs: true } });
    usingProject("rag", () =>
      theirs(() =>
        oi.startActiveSpan("masked", (span) => (theirs(() => usingProject("no", tool)), span.end())),
      ),
    );
    expect(await tree()).toEqual(["masked", "tool < masked"]);
    expect(one("tool").resource[PROJECT_NAME]).toBe("rag");
  });
});

describe("where ours is global", () => {
  it("spans of another provider between ours are skipped, the first one too", async () => {
    here();
    const isolated = new NodeTracerProvider({ sampler: new AlwaysOnSampler() }).getTracer("isolated");
    traceChain(() => isolated.startActiveSpan("a", () => isolated.startActiveSpan("b", tool)), {
      name: "chain",
    })();
    expect(await tree()).toEqual(["chain", "tool < chain"]);
  });

  it("a parent that the program put there by hand stays", async () => {
    here();
    const kept = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, kept), tool);
    await tree();
    expect(one("tool").parentSpanId).toBe(kept.spanId);
  });
});

describe("an experiment of the peer's, mounted for a while", () => {
  const experiment = (run: () => void): void => {
    const mounted = registerPeer({
      projectName: "experiment",
      url: receiver.httpUrl,
      batch: false,
      global: false,
    });
    const { detach } = attachGlobalTracerProvider(mounted);
    theirs(run, "task");
    detach();
  };

  it.each(["ours", "a stranger's"])(
    "keeps its traces in its project, and %s is global again after it",
    async (whose) => {
      if (whose !== "ours") new NodeTracerProvider().register();
      const app = here().getTracer("app");
      for (let round = 0; round < 3; round++) {
        experiment(() => {
          tool();
          app.startActiveSpan("app", (span) => (tool(), span.end()));
        });
      }
      traceTool(() => 1, { name: "after" })();
      expect(register({ endpoint: receiver.httpUrl, projectName: "own" })).toBe(provider);
      await receiver.waitForSpans(12);
      await tree();
      const project = (name: string): unknown[] => [
        ...new Set(
          receiver.spans.filter((span) => span.name === name).map((span) => span.resource[PROJECT_NAME]),
        ),
      ];
      expect({
        task: project("task"),
        tool: project("tool"),
        app: project("app"),
        after: project("after"),
      }).toEqual({
        task: ["experiment"],
        tool: ["experiment"],
        app: ["experiment"],
        after: ["own"],
      });
      expect(lines.filter((line) => !line.startsWith("PHX201"))).toEqual([]);
      expect(lines).toHaveLength(whose === "ours" ? 0 : 1);
    },
  );

  it("a second register() with other settings takes the place of the first, however deep the proxies are", async () => {
    here();
    for (let round = 0; round < 3; round++) experiment(tool);
    here({ projectName: "second" });
    trace.getTracer("plain").startSpan("plain").end();
    await receiver.waitForSpans(4);
    await tree();
    expect(one("plain").resource[PROJECT_NAME]).toBe("second");
    expect(lines).toEqual([expect.stringMatching(/^PHX202 /)]);
  });
});
