import {
  context,
  createContextKey,
  diag,
  DiagLogLevel,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
  type TracerProvider as ApiTracerProvider,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor as StockSimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  GRPCSpanExporter,
  HTTPSpanExporter,
  OpenInferenceBatchSpanProcessor,
  OTLPTraceExporter,
  PhoenixConfigError,
  PROJECT_NAME,
  register,
  SimpleSpanProcessor,
  traceTool,
} from "../src/index.ts";
import type { Instrumentation, TracerProvider } from "../src/index.ts";
import { stderrLogger } from "../src/diagnostics.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
const providers: TracerProvider[] = [];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.shutdown();
  await receiver.stop();
});

const registered: typeof register = (options) => {
  const provider = register(options);
  providers.push(provider);
  return provider;
};

/** Registers against the receiver. */
const here: typeof register = (options) => registered({ endpoint: receiver.httpUrl, ...options });

const recordIn = (provider: { getTracer: TracerProvider["getTracer"] }, name: string): void =>
  provider.getTracer("test").startSpan(name).end();

const names = (): string[] => receiver.spans.map((span) => span.name);

/** An instrumentation that is given its provider. */
const tracing = (
  setTracerProvider: Instrumentation["setTracerProvider"],
  others: Partial<Instrumentation> = {},
): Instrumentation => ({
  instrumentationName: "mine",
  getConfig: () => ({ enabled: true }),
  enable: () => undefined,
  disable: () => undefined,
  setTracerProvider,
  ...others,
});

describe("register()", () => {
  it("works with nothing set, and says nothing (W21)", () => {
    const lines = collectLines();
    const provider = registered();
    expect(provider.getTracer("app").startSpan("work").isRecording()).toBe(true);
    expect(lines).toEqual([]);
  });

  it.each(["http/protobuf", "grpc"] as const)(
    "sends what the global tracer records by %s",
    async (protocol) => {
      const endpoint = protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl;
      const provider = here({ endpoint, protocol, projectName: "rag", apiKey: "secret-key" });
      trace.getTracer("app").startActiveSpan("parent", (parent) => {
        trace.getTracer("app").startSpan("child").end();
        parent.end();
      });
      await provider.forceFlush();
      const [child, parent] = receiver.spans;
      expect(child?.parentSpanId).toBe(parent?.spanId);
      expect(parent?.resource[PROJECT_NAME]).toBe("rag");
      expect(receiver.requests[0]?.protocol).toBe(protocol);
      expect(receiver.requests[0]?.headers["authorization"]).toBe("Bearer secret-key");
    },
  );

  it.each([true, false])("delivers with batch: %s", async (batch) => {
    const provider = here({ batch });
    for (let index = 0; index < 100; index++) recordIn(provider, `span ${index}`);
    await receiver.waitForSpans(100);
    expect(new Set(names()).size).toBe(100);
  });

  it("reads the endpoint from the environment", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", `${receiver.httpUrl}/v1/traces`);
    const provider = registered();
    recordIn(provider, "from the environment");
    await provider.forceFlush();
    expect(names()).toEqual(["from the environment"]);
  });

  it("throws a PhoenixConfigError that names register() for a wrong option", () => {
    // @ts-expect-error "http" is no protocol
    const wrong = (): unknown => register({ protocol: "http" });
    expect(wrong).toThrow(PhoenixConfigError);
    expect(wrong).toThrow(
      'PHX104 register({ protocol: "http" }): protocol is "http/protobuf", "grpc" or "infer". Did you mean "http/protobuf"?',
    );
  });

  it("warns about a wrong variable and goes on without it", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", "http//phoenix");
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.httpUrl);
    const lines = collectLines();
    const provider = registered();
    recordIn(provider, "found its way");
    await provider.forceFlush();
    expect(names()).toEqual(["found its way"]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^PHX101 PHOENIX_COLLECTOR_ENDPOINT is "http\/\/phoenix", which is not a URL\./);
  });

  it.each(["  ", "localhost:6006"])("heals the variable %j without a line", (value) => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", value);
    const lines = collectLines();
    registered();
    expect(lines).toEqual([]);
  });

  it("prints the tracing details on stderr when verbose, without a secret", () => {
    const lines = collectLines();
    const stdout = vi.spyOn(process.stdout, "write");
    vi.stubEnv("PHOENIX_API_KEY", "very-secret");
    here({ verbose: true, projectName: "rag", headers: { "x-tenant": "hush" } });
    const text = lines.join("\n");
    expect(text).toContain("rag  (option projectName)");
    expect(text).toContain(`${receiver.httpUrl}/v1/traces by http/protobuf  (option endpoint)`);
    expect(text).toContain("authorization: ****  (PHOENIX_API_KEY)");
    expect(text).toContain("x-tenant: ****  (option headers)");
    expect(text).not.toMatch(/very-secret|hush/);
    expect(stdout).not.toHaveBeenCalled();
  });

  it("names the proxy of each destination when verbose, without its password", () => {
    const lines = collectLines();
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", "http://phoenix.example.com:6006");
    vi.stubEnv("grpc_proxy", "http://user:hush@proxy.example.com:3128");
    vi.stubEnv("http_proxy", "https://user:hush@other.example.com");
    vi.stubEnv("no_proxy", undefined);
    registered({ verbose: true });
    const text = lines.join("\n");
    expect(text).toMatch(
      /sends to .*:4317 by grpc .*\n  proxy      http:\/\/proxy\.example\.com:3128  \(grpc_proxy\)\n  or else /,
    );
    expect(text).toContain("  proxy      https://other.example.com  (http_proxy)");
    expect(text).not.toMatch(/hush|user/);
  });

  it("installs a diag logger that leaves stdout alone", () => {
    const lines = collectLines();
    const stdout = vi.spyOn(console, "info");
    here({ diagLogLevel: DiagLogLevel.INFO });
    diag.info("hello");
    expect(lines).toContain("hello");
    expect(stdout).not.toHaveBeenCalled();
  });

  it("gives instrumentations their providers, as OpenTelemetry does, and enables those that were off", () => {
    const calls: string[] = [];
    const meterProvider = metrics.getMeterProvider();
    const instrumentation = (name: string, enabled: boolean) => ({
      instrumentationName: name,
      getConfig: () => ({ enabled }),
      setTracerProvider: () => void calls.push(`${name} tracer`),
      setMeterProvider: (given: unknown) => void calls.push(`${name} meter ${given === meterProvider}`),
      setLoggerProvider: ({ getLogger }: { getLogger: unknown }) =>
        void calls.push(`${name} ${typeof getLogger}`),
      enable: () => void calls.push(`${name} on`),
      disable: () => undefined,
    });
    const { setMeterProvider: _m, setLoggerProvider: _l, ...tracesOnly } = instrumentation("b", true);
    here({ instrumentations: [instrumentation("a", false), [tracesOnly]] });
    expect(calls).toEqual(["a tracer", "a meter true", "a function", "a on", "b tracer"]);
  });

  it("gives instrumentations the meter provider that it was given", () => {
    const given: unknown[] = [];
    const meterProvider = { getMeter: () => metrics.getMeter("mine") };
    here({
      meterProvider,
      instrumentations: [tracing(() => undefined, { setMeterProvider: (each) => void given.push(each) })],
    });
    expect(given).toEqual([meterProvider]);
  });

  it("lets instrumentations emit to the logger provider that is global at that moment", () => {
    let logger: { emit(record: object): void; enabled(): boolean } | undefined;
    here({
      instrumentations: [
        tracing(() => undefined, {
          setLoggerProvider: (provider) => void (logger = provider.getLogger("mine")),
        }),
      ],
    });
    logger?.emit({ body: "too early" });
    expect(logger?.enabled()).toBe(false);
    const records: object[] = [];
    const provider = {
      getLogger: (name: string) => ({ emit: (record: object) => void records.push({ name, ...record }) }),
    };
    // As @opentelemetry/api-logs keeps it.
    const key = Symbol.for("io.opentelemetry.js.api.logs");
    Object.defineProperty(globalThis, key, { value: () => provider, configurable: true });
    logger?.emit({ body: "heard" });
    Reflect.deleteProperty(globalThis, key);
    expect(records).toEqual([{ name: "mine", body: "heard" }]);
  });

  it("lets the spans of instrumentations follow the provider that is global", async () => {
    let provider: ApiTracerProvider | undefined;
    const first = here({
      projectName: "first",
      instrumentations: [tracing((given) => void (provider = given))],
    });
    const tracer = provider!.getTracer("instrumented");
    tracer.startSpan("one").end();
    collectLines();
    const second = here({ projectName: "second" });
    tracer.startActiveSpan("two", (span) => span.end());
    await first.flush();
    await second.flush();
    const projects = receiver.spans.map(({ name, resource }) => [name, resource[PROJECT_NAME]]);
    expect(projects).toEqual([
      ["one", "first"],
      ["two", "second"],
    ]);
  });

  it("keeps the spans of instrumentations where another provider is global, and with global: false", async () => {
    const [lines, stranger] = [collectLines(), new BasicTracerProvider()];
    trace.setGlobalTracerProvider(stranger);
    for (const options of [{ projectName: "refused" }, { global: false }]) {
      let provider: ApiTracerProvider | undefined;
      const own = here({ ...options, instrumentations: [tracing((given) => void (provider = given))] });
      provider!.getTracer("instrumented").startSpan("kept").end();
      await own.flush();
    }
    expect(receiver.spans.map(({ name }) => name)).toEqual(["kept", "kept"]);
    expect(lines).toEqual([expect.stringMatching(/^PHX201 /)]);
  });

  it("survives an instrumentation that throws", () => {
    const lines = collectLines();
    const broken = {
      instrumentationName: "broken",
      getConfig: () => ({}),
      setTracerProvider: () => {
        throw new Error("no");
      },
      enable: () => undefined,
      disable: () => undefined,
    };
    here({ instrumentations: [broken] });
    expect(lines).toEqual([expect.stringMatching(/^PHX521 Instrumentation "broken" failed to start: no\./)]);
  });
});

describe("register() and the globals", () => {
  it("wakes up tracers that were taken before (W4)", () => {
    const early = trace.getTracer("library");
    expect(early.startSpan("before").isRecording()).toBe(false);
    here();
    expect(early.startSpan("after").isRecording()).toBe(true);
  });

  it("keeps a context manager and a propagator that are there (W5)", () => {
    const key = createContextKey("request");
    new NodeTracerProvider().register();
    trace.disable();
    const fields = propagation.fields();
    context.with(ROOT_CONTEXT.setValue(key, "mine"), () => {
      here();
      expect(context.active().getValue(key)).toBe("mine");
    });
    expect(propagation.fields()).toEqual(fields);
  });

  it("installs a context manager and a propagator where there are none", () => {
    const key = createContextKey("request");
    here();
    context.with(ROOT_CONTEXT.setValue(key, "mine"), () => {
      expect(context.active().getValue(key)).toBe("mine");
    });
    expect(propagation.fields()).toContain("traceparent");
  });

  it("touches nothing global with global: false", () => {
    const provider = here({ global: false });
    expect(trace.getTracer("app").startSpan("nothing").isRecording()).toBe(false);
    expect(propagation.fields()).toEqual([]);
    expect(provider.getTracer("app").startSpan("own").isRecording()).toBe(true);
  });

  it("leaves another global provider in place, says how to join it, and keeps the wrappers (W5)", async () => {
    const theirs = new InMemorySpanExporter();
    const vendor = new BasicTracerProvider({ spanProcessors: [new StockSimpleSpanProcessor(theirs)] });
    trace.setGlobalTracerProvider(vendor);
    const lines = collectLines();
    const provider = here();
    trace.getTracer("app").startSpan("to the vendor").end();
    traceTool(() => 1, { name: "to Phoenix" })();
    await provider.forceFlush();
    expect(theirs.getFinishedSpans().map((span) => span.name)).toEqual(["to the vendor"]);
    expect(names()).toEqual(["to Phoenix"]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^PHX201 .*BasicTracerProvider.*"new BatchSpanProcessor\(\)"/);
  });
});

describe("register() called again", () => {
  it("returns the same provider for the same settings", () => {
    const lines = collectLines();
    const first = here({ projectName: "one", resource: resourceFromAttributes({ team: "a" }) });
    const second = here({ projectName: "one", resource: resourceFromAttributes({ team: "a" }) });
    expect(second).toBe(first);
    expect(lines).toEqual([]);
  });

  it.each<[string, (() => unknown)[]]>([
    ["everything", [() => trace.disable(), () => context.disable(), () => propagation.disable()]],
    ["the provider", [() => trace.disable()]],
    ["the context manager", [() => context.disable()]],
    ["the propagator", [() => propagation.disable()]],
  ])("traces as before where a test took %s away", async (_, takeAway) => {
    const lines = collectLines();
    diag.setLogger(stderrLogger, DiagLogLevel.ERROR);
    const early = trace.getTracer("library");
    const provider = here();
    const inner = traceTool(() => 1, { name: "inner" });
    for (const round of [1, 2, 3]) {
      for (const take of takeAway) take();
      expect(here()).toBe(provider);
      trace.getTracer("app").startActiveSpan(`outer ${round}`, (outer) => {
        inner();
        early.startSpan("early").end();
        outer.end();
      });
      expect(propagation.fields()).toContain("traceparent");
    }
    await provider.forceFlush();
    const outers = receiver.spans.filter(({ name }) => name.startsWith("outer")).map(({ spanId }) => spanId);
    const parentsOf = (child: string) =>
      receiver.spans.filter(({ name }) => name === child).map(({ parentSpanId }) => parentSpanId);
    expect(outers).toHaveLength(3);
    expect(parentsOf("inner")).toEqual(outers);
    expect(parentsOf("early")).toEqual(outers);
    expect(lines).toEqual([]);
  });

  it("traces with wrappers where another provider became global between two calls, and says so once", async () => {
    const lines = collectLines();
    const provider = here();
    trace.disable();
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    for (let round = 0; round < 3; round++) expect(here()).toBe(provider);
    traceTool(() => 1, { name: "to Phoenix" })();
    await provider.forceFlush();
    expect(names()).toEqual(["to Phoenix"]);
    expect(lines).toEqual([expect.stringMatching(/^PHX201 /)]);
  });

  it("tells processors apart that look alike", async () => {
    const other = await startOtlpReceiver();
    const [one, two] = [receiver, other].map(({ httpUrl }) =>
      registered({ global: false, spanProcessors: [new BatchSpanProcessor({ endpoint: httpUrl })] }),
    );
    expect(two).not.toBe(one);
    recordIn(two!, "second");
    await two!.forceFlush();
    expect(other.spans.map((span) => span.name)).toEqual(["second"]);
    await other.stop();
  });

  it("replaces the provider for other settings, says so, and tracers taken before go along", async () => {
    const lines = collectLines();
    const first = here({ projectName: "one" });
    const tracer = trace.getTracer("kept");
    tracer.startSpan("first").end();
    const second = here({ projectName: "two" });
    tracer.startSpan("second").end();
    await receiver.waitForSpans(2);
    const projects = receiver.spans.map((span) => [span.name, span.resource[PROJECT_NAME]]);
    expect(second).not.toBe(first);
    expect(projects).toContainEqual(["first", "one"]);
    expect(projects).toContainEqual(["second", "two"]);
    expect(lines).toEqual([expect.stringMatching(/^PHX202 .*project "one".*project "two"/)]);
  });

  it("gives a living provider after the first one was shut down", async () => {
    const first = here({ projectName: "again" });
    await first.shutdown();
    const second = here({ projectName: "again" });
    expect(second).not.toBe(first);
    trace.getTracer("app").startSpan("alive").end();
    await second.forceFlush();
    expect(names()).toEqual(["alive"]);
  });

  it("keeps providers with global: false beside each other", () => {
    const lines = collectLines();
    const one = here({ global: false, projectName: "one" });
    const two = here({ global: false, projectName: "two" });
    expect(two).not.toBe(one);
    expect(here({ global: false, projectName: "one" })).toBe(one);
    expect(lines).toEqual([]);
  });
});

describe("what goes to OpenTelemetry's SDK", () => {
  it("passes sampler and id generator", async () => {
    const provider = here({
      idGenerator: { generateTraceId: () => "1".repeat(32), generateSpanId: () => "2".repeat(16) },
    });
    recordIn(provider, "known ids");
    await provider.forceFlush();
    expect(receiver.spans[0]).toMatchObject({ traceId: "1".repeat(32), spanId: "2".repeat(16) });

    const off = here({ global: false, sampler: new AlwaysOffSampler() });
    expect(off.getTracer("app").startSpan("unsampled").isRecording()).toBe(false);
  });

  it("records nothing with OTEL_SDK_DISABLED", async () => {
    vi.stubEnv("OTEL_SDK_DISABLED", "true");
    const provider = here();
    const span = provider.getTracer("app").startSpan("nothing");
    expect(span.isRecording()).toBe(false);
    span.end();
    await provider.forceFlush();
    expect(receiver.requests).toEqual([]);
  });

  it("sends nothing from another provider with OTEL_SDK_DISABLED", async () => {
    vi.stubEnv("OTEL_SDK_DISABLED", "true");
    const options = { endpoint: receiver.httpUrl };
    const exporters = [
      new HTTPSpanExporter(options),
      new GRPCSpanExporter({ endpoint: receiver.grpcUrl }),
      new OTLPTraceExporter({ url: `${receiver.httpUrl}/v1/traces` }),
    ];
    const provider = new NodeTracerProvider({
      spanProcessors: [
        new BatchSpanProcessor({ ...options, protocol: "http/protobuf" }),
        new SimpleSpanProcessor({ ...options, protocol: "http/protobuf" }),
        new OpenInferenceBatchSpanProcessor({ exporter: new HTTPSpanExporter(options) }),
        ...exporters.map((exporter) => new StockSimpleSpanProcessor(exporter)),
      ],
    });
    provider.getTracer("app").startSpan("nothing").end();
    await provider.shutdown();
    expect(receiver.requests).toEqual([]);
  });

  it.each(["none", '"None"'])(
    "sends nothing with OTEL_TRACES_EXPORTER=%s, but for the program's own processors",
    async (text) => {
      vi.stubEnv("OTEL_TRACES_EXPORTER", text);
      const lines = collectLines();
      const mine = new InMemorySpanExporter();
      const provider = here({ spanProcessors: ["auto", new StockSimpleSpanProcessor(mine)] });
      recordIn(provider, "mine alone");
      await provider.flush();
      expect(mine.getFinishedSpans().map(({ name }) => name)).toEqual(["mine alone"]);
      expect(provider.stats().emitted).toBe(0);
      expect(receiver.requests).toEqual([]);
      expect(lines).toEqual([]);
      const given = here({ spanProcessors: [new BatchSpanProcessor({ endpoint: receiver.httpUrl })] });
      recordIn(given, "asked for by name");
      await given.forceFlush();
      expect(names()).toEqual(["asked for by name"]);
    },
  );

  it.each([
    ["OTEL_SDK_DISABLED", "true", "off        nothing is recorded  (OTEL_SDK_DISABLED)"],
    ["OTEL_TRACES_EXPORTER", "none", "off        nothing is sent  (OTEL_TRACES_EXPORTER)"],
    ["OTEL_TRACES_SAMPLER", "always_off", "sampler    always_off  (OTEL_TRACES_SAMPLER)"],
  ])("says with verbose that %s=%s switches it off", (variable, value, line) => {
    const lines = collectLines();
    vi.stubEnv(variable, value);
    here({ verbose: true });
    expect(lines.join("\n")).toContain(line);
  });
});
