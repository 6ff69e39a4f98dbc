// Options, what the user set by hand, and what a span costs when nobody records it.
import {
  context,
  type Attributes,
  createContextKey,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SamplingDecision,
  SimpleSpanProcessor,
  type Sampler,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as phoenix from "../../src/index.ts";
import { TRACER_VERSION } from "../../src/decorators/call/current-tracer.ts";
import packageJson from "../../package.json" with { type: "json" };
import { recordSpans, type RecordedSpans } from "./support/recorded-spans.ts";

const {
  getActiveSpan,
  traceEmbedding,
  traceLLM,
  tracePrompt,
  traceReranker,
  traceRetriever,
  traceTool,
  withSpan,
} = phoenix;

/** The key by which OpenTelemetry's own exporters suppress tracing. */
const SUPPRESS_TRACING = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await recorded.stop();
});

describe("processInput and processOutput", () => {
  test("give what is recorded", () => {
    const login = withSpan((user: string, password: string) => ({ user, token: password }), {
      name: "login",
      processInput: (user) => ({ user }),
      processOutput: ({ user }) => `token of ${user}`,
    });
    expect(login("ada", "pw")).toEqual({ user: "ada", token: "pw" });
    expect(recorded.attributes("login")).toMatchObject({
      "input.value": '{"user":"ada"}',
      "input.mime_type": "application/json",
      "output.value": "token of ada",
      "output.mime_type": "text/plain",
    });
  });

  test("give attributes when every key of the object holds a dot", () => {
    withSpan(() => 1, { name: "attributes", processInput: () => ({ "app.user": "ada", "app.size": 2 }) })();
    const attributes = recorded.attributes("attributes");
    expect(attributes).toMatchObject({ "app.user": "ada", "app.size": 2 });
    expect(attributes).not.toHaveProperty("input.value");
  });

  test("W11: one that throws records a placeholder, is reported once, and the call goes on", async () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const fn = vi.fn<(secret: string) => Promise<string>>(async (secret) => `${secret}!`);
    const traced = withSpan(fn, {
      name: "fails closed",
      processInput: () => {
        throw new TypeError("secret-pw");
      },
      processOutput: () => {
        throw new Error("secret-pw!");
      },
    });
    expect(await traced("secret-pw")).toBe("secret-pw!");
    expect(await traced("secret-pw")).toBe("secret-pw!");
    expect(fn).toHaveBeenCalledTimes(2);
    const attributes = recorded.spans[0]?.attributes;
    expect(attributes).toMatchObject({
      "input.value": "[processInput failed]",
      "output.value": "[processOutput failed]",
    });
    expect(recorded.spans[0]?.status.code).toBe(SpanStatusCode.OK);
    expect(JSON.stringify(recorded.spans.map((span) => span.attributes))).not.toContain("secret-pw");
    const lines = said.mock.calls.map(([line]) => String(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^PHX501 processInput of the span "fails closed" threw TypeError\. /);
    expect(lines.join()).not.toContain("secret-pw");
  });

  test("W11: one that returns a rejected promise fails closed without an unhandled rejection", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    withSpan(() => 1, { name: "async processor", processOutput: () => Promise.reject(new Error("late")) })();
    expect(recorded.attributes("async processor")["output.value"]).toBe("[processOutput failed]");
  });

  test("hide an LLM's messages too: what they gave is read in place of the raw call", () => {
    const chat = traceLLM((_request: object) => ({ choices: [], secret: "out-secret" }), {
      name: "chat",
      model: "gpt-4o",
      processInput: () => "hidden",
      processOutput: () => "hidden",
    });
    chat({ model: "gpt-4o", messages: [{ role: "user", content: "in-secret" }] });
    expect(JSON.stringify(recorded.attributes("chat"))).not.toContain("secret");
    expect(recorded.attributes("chat")["llm.model_name"]).toBe("gpt-4o");
  });
});

describe("captureInput and captureOutput", () => {
  test("set to false record nothing of the content, an LLM's messages included", () => {
    const chat = traceLLM((request: object) => ({ echoed: request }), {
      name: "chat",
      captureInput: false,
      captureOutput: false,
    });
    chat({ model: "gpt-4o", messages: [{ role: "user", content: "in-secret" }] });
    expect(JSON.stringify(recorded.attributes("chat"))).not.toContain("secret");
  });
});

describe("attributes and name", () => {
  test("may be functions of the arguments", () => {
    const load = withSpan((id: number) => id, {
      name: (id) => `load ${id}`,
      attributes: (id) => ({ "app.id": id }),
    });
    load(7);
    expect(recorded.attributes("load 7")["app.id"]).toBe(7);
  });

  test("that throw do not stop the call or the span", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const traced = withSpan(() => 1, {
      name: () => {
        throw new Error("name");
      },
      attributes: () => {
        throw new Error("attributes");
      },
    });
    expect(traced()).toBe(1);
    expect(recorded.spans).toHaveLength(1);
  });

  test("W22: an anonymous function has the kind's name, and wrappers keep name, length and properties", () => {
    traceTool(() => 1)();
    expect(recorded.one().name).toBe("tool");
    const key = Symbol("key");
    const original = Object.assign(async function search(_a: string, _b: number) {}, {
      version: 3,
      [key]: true,
    });
    const traced = traceTool(original);
    expect([traced.name, traced.length, traced.version, traced[key]]).toEqual(["search", 2, 3, true]);
    expect(traced.constructor.name).toBe("AsyncFunction");
    expect(new Set(Reflect.ownKeys(traced))).toEqual(new Set(Reflect.ownKeys(original)));
  });

  test("a wrapped function keeps `this`, and can be constructed as before", () => {
    const counter = {
      count: 2,
      add: withSpan(function add(this: { count: number }, by: number) {
        return this.count + by;
      }),
    };
    expect(counter.add(3)).toBe(5);
    class Model {
      constructor(readonly name: string) {}
      static kind = "model";
    }
    const Traced = withSpan(Model as never) as unknown as typeof Model;
    expect(new Traced("m")).toBeInstanceOf(Model);
    expect([new Traced("m").name, Traced.kind]).toEqual(["m", "model"]);
  });
});

describe("what the user set on the span", () => {
  test.each<[string, () => void]>([
    ["by the typed setters", () => void getActiveSpan().setInput({ mine: 1 }).setOutput("mine")],
    [
      "by OpenTelemetry's own handle",
      () =>
        void trace.getActiveSpan()?.setAttributes({
          "input.value": '{"mine":1}',
          "output.value": "mine",
          "output.mime_type": "text/plain",
        }),
    ],
  ])("wins %s", (_how, set) => {
    withSpan(
      (_given: object) => {
        set();
        return { automatic: true };
      },
      { name: "mine" },
    )({ given: true });
    expect(recorded.attributes("mine")).toMatchObject({
      "input.value": '{"mine":1}',
      "output.value": "mine",
      "output.mime_type": "text/plain",
    });
  });

  test("W20: a status the user set stays, on return and on throw", () => {
    const status = { code: SpanStatusCode.ERROR, message: "declined" };
    withSpan(() => void getActiveSpan().setStatus(status), { name: "returned" })();
    expect(recorded.one("returned").status).toEqual(status);
    const ok = withSpan(
      () => {
        getActiveSpan().setStatus({ code: SpanStatusCode.OK });
        throw new Error("expected");
      },
      { name: "thrown" },
    );
    expect(ok).toThrow("expected");
    expect(recorded.one("thrown").status.code).toBe(SpanStatusCode.OK);
    expect(recorded.one("thrown").events).toHaveLength(1);
  });

  test("replaces a recorded list as a whole", () => {
    traceLLM(
      (_request: object) => {
        getActiveSpan().setLLM({ inputMessages: [{ role: "user", content: "only this" }] });
        return "answer";
      },
      { name: "chat" },
    )({
      model: "gpt-4o",
      messages: [
        { role: "system", content: "first" },
        { role: "user", content: "second" },
      ],
    });
    const attributes = recorded.attributes("chat");
    expect(attributes["llm.input_messages.0.message.content"]).toBe("only this");
    expect(Object.keys(attributes).filter((key) => key.startsWith("llm.input_messages.1"))).toEqual([]);
  });

  test("counts too with a provider whose spans cannot be read back", () => {
    const exporter = new InMemorySpanExporter();
    const inner = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer(
      "x",
    );
    const opaque = (span: Span): Span =>
      new Proxy(span, {
        get(target, key) {
          if (key === "attributes" || key === "status") return undefined;
          const member: unknown = Reflect.get(target, key);
          return typeof member === "function" ? (member.bind(target) as unknown) : member;
        },
      });
    const tracer = {
      startSpan: (...args: Parameters<Tracer["startSpan"]>) => opaque(inner.startSpan(...args)),
    } as Tracer;
    withSpan(
      () => {
        trace.getActiveSpan()?.setAttribute("output.value", "mine").setStatus({ code: SpanStatusCode.ERROR });
        return "automatic";
      },
      { tracer, name: "opaque" },
    )();
    const [span] = exporter.getFinishedSpans();
    expect([span?.attributes["output.value"], span?.status.code]).toEqual(["mine", SpanStatusCode.ERROR]);
  });

  test("and ended stays ended", () => {
    withSpan(() => getActiveSpan().end(), { name: "ended" })();
    expect(recorded.spans).toHaveLength(1);
  });
});

describe("the active span's setters", () => {
  test("write what OpenInference names", () => {
    withSpan(
      () => {
        getActiveSpan()
          .setTool({ name: "t", description: "d", parameters: { type: "object" } })
          .setRetrievedDocuments([{ id: 1, content: "c", score: 0.5, metadata: { a: 1 } }])
          .setEmbeddings({ model: "e", embeddings: [{ text: "x", vector: [1, 2] }] })
          .setReranker({
            query: "q",
            topK: 2,
            inputDocuments: [{ content: "in" }],
            outputDocuments: [{ content: "out" }],
          })
          .setPromptTemplate({ template: "{a}", variables: { a: 1 }, version: "v1" })
          .setMetadata({ tier: "gold" })
          .setTags(["a", "b"])
          .setSession("s")
          .setUser("u");
      },
      { name: "set" },
    )();
    expect(recorded.attributes("set")).toMatchObject({
      "tool.name": "t",
      "tool.description": "d",
      "tool.parameters": '{"type":"object"}',
      "retrieval.documents.0.document.id": "1",
      "retrieval.documents.0.document.content": "c",
      "retrieval.documents.0.document.score": 0.5,
      "retrieval.documents.0.document.metadata": '{"a":1}',
      "embedding.model_name": "e",
      "embedding.embeddings.0.embedding.text": "x",
      "embedding.embeddings.0.embedding.vector": [1, 2],
      "reranker.query": "q",
      "reranker.top_k": 2,
      "reranker.input_documents.0.document.content": "in",
      "reranker.output_documents.0.document.content": "out",
      "llm.prompt_template.template": "{a}",
      "llm.prompt_template.variables": '{"a":1}',
      "llm.prompt_template.version": "v1",
      metadata: '{"tier":"gold"}',
      "tag.tags": ["a", "b"],
      "session.id": "s",
      "user.id": "u",
    });
  });

  test("do nothing where no span is active", () => {
    expect(getActiveSpan().setOutput("x").setLLM({ model: "m" }).isRecording()).toBe(false);
  });
});

describe("the attributes of a kind", () => {
  test("a tool has name, description and parameters", () => {
    traceTool(() => 1, { name: "search", description: "Searches", parameters: { type: "object" } })();
    expect(recorded.attributes("search")).toMatchObject({
      "tool.name": "search",
      "tool.description": "Searches",
      "tool.parameters": '{"type":"object"}',
    });
  });

  test.each<[string, unknown, object[]]>([
    ["texts", ["a", "b"], [{ content: "a" }, { content: "b" }]],
    [
      "plain documents",
      [{ id: "1", content: "a", score: 0.9, metadata: { p: 1 } }],
      [{ id: "1", content: "a", score: 0.9, metadata: '{"p":1}' }],
    ],
    [
      "LangChain documents",
      [{ pageContent: "a", metadata: { source: "x" } }],
      [{ content: "a", metadata: '{"source":"x"}' }],
    ],
    [
      "LangChain documents with scores",
      [[{ pageContent: "a", metadata: {} }, 0.4]],
      [{ content: "a", metadata: "{}", score: 0.4 }],
    ],
    [
      "LlamaIndex nodes",
      [{ node: { id_: "n", text: "a", metadata: {} }, score: 0.3 }],
      [{ id: "n", content: "a", score: 0.3 }],
    ],
    [
      "Pinecone matches",
      { matches: [{ id: "p", score: 0.2, metadata: { text: "a" } }] },
      [{ id: "p", content: "a", score: 0.2 }],
    ],
  ])("a retriever reads %s", (_name, result, documents) => {
    traceRetriever(() => result, { name: "retrieve" })();
    const attributes = recorded.attributes("retrieve");
    for (const [index, document] of documents.entries()) {
      for (const [key, value] of Object.entries(document)) {
        expect(attributes[`retrieval.documents.${index}.document.${key}`]).toBe(value);
      }
    }
  });

  test.each<[string, unknown]>([
    [
      "vectors",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["typed vectors", [new Float64Array([1, 2]), new Float32Array([3, 4])]],
    [
      "an OpenAI response",
      {
        model: "m",
        data: [{ embedding: [1, 2] }, { embedding: [3, 4] }],
        usage: { prompt_tokens: 5, total_tokens: 5 },
      },
    ],
    [
      "an AI SDK result",
      {
        values: ["a", "b"],
        embeddings: [
          [1, 2],
          [3, 4],
        ],
        usage: { tokens: 5 },
      },
    ],
    ["a Google response", { embeddings: [{ values: [1, 2] }, { values: [3, 4] }] }],
  ])("an embedding reads %s", (_name, result) => {
    traceEmbedding((_request: object) => result, { name: "embed" })({ model: "m", input: ["a", "b"] });
    expect(recorded.attributes("embed")).toMatchObject({
      "embedding.model_name": "m",
      "embedding.embeddings.0.embedding.text": "a",
      "embedding.embeddings.0.embedding.vector": [1, 2],
      "embedding.embeddings.1.embedding.vector": [3, 4],
    });
  });

  test("a reranker has query, documents and order; a prompt its variables", () => {
    traceReranker((_query: string, documents: string[], _options: object) => documents.toReversed(), {
      name: "rank",
      model: "r",
    })("q", ["a", "b"], { topK: 1 });
    expect(recorded.attributes("rank")).toMatchObject({
      "reranker.query": "q",
      "reranker.top_k": 1,
      "reranker.model_name": "r",
      "reranker.input_documents.0.document.content": "a",
      "reranker.output_documents.0.document.content": "b",
    });
    tracePrompt(({ city }: { city: string }) => `Weather in ${city}`, { name: "prompt" })({ city: "Paris" });
    expect(recorded.attributes("prompt")["llm.prompt_template.variables"]).toBe('{"city":"Paris"}');
  });
});

describe("the sampler", () => {
  test("W15: sees name, kind, static attributes and the context's attributes", () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, name, kind, attributes) => {
        seen.push({ name, kind, attributes: { ...attributes } });
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
      toString: () => "seeing",
    };
    const provider = new BasicTracerProvider({ sampler });
    const key = (name: string): symbol => createContextKey(`OpenInference SDK Context Key ${name}`);
    const active = context
      .active()
      .setValue(key("session.id"), "s-1")
      .setValue(key("user.id"), "u-1")
      .setValue(key("metadata"), '{"a":1}')
      .setValue(key("tag.tags"), '["x","y"]')
      .setValue(key("llm.prompt_template.version"), "v2")
      .setValue(key("attributes"), '{"app.region":"eu"}');
    context.with(active, () =>
      withSpan(() => 1, {
        kind: "TOOL",
        name: "seen",
        attributes: { "app.team": "a" },
        tracer: provider.getTracer("t"),
      })(),
    );
    expect(seen).toEqual([
      {
        name: "seen",
        kind: SpanKind.INTERNAL,
        attributes: {
          "openinference.span.kind": "TOOL",
          "tool.name": "seen",
          "app.team": "a",
          "session.id": "s-1",
          "user.id": "u-1",
          metadata: '{"a":1}',
          "tag.tags": ["x", "y"],
          "llm.prompt_template.version": "v2",
          "app.region": "eu",
        },
      },
    ]);
  });
});

describe("a call that nobody records", () => {
  const untouchable = new Proxy(
    {},
    {
      get: () => {
        throw new Error("looked at");
      },
      ownKeys: () => {
        throw new Error("looked at");
      },
    },
  );
  const options = {
    processInput: vi.fn<(given: object) => unknown>(),
    processOutput: vi.fn<(result: object[]) => unknown>(),
    attributes: vi.fn<(given: object) => Attributes>(() => ({})),
  };

  test.each([
    [
      "sampled out",
      async (run: () => void) => {
        await recorded.stop();
        recorded = recordSpans({ sampler: new AlwaysOffSampler() });
        run();
      },
    ],
    [
      "suppressed",
      async (run: () => void) => context.with(context.active().setValue(SUPPRESS_TRACING, true), run),
    ],
    [
      "without a provider",
      async (run: () => void) => {
        await recorded.stop();
        run();
      },
    ],
  ])("W15: %s serializes nothing and calls no processor", async (_name, arrange) => {
    const fn = vi.fn<(given: object) => object[]>((given) => [given]);
    await arrange(() => {
      expect(withSpan(fn, options)(untouchable)[0]).toBe(untouchable);
    });
    expect(fn).toHaveBeenCalledTimes(1);
    expect(options.processInput).not.toHaveBeenCalled();
    expect(options.processOutput).not.toHaveBeenCalled();
    expect(options.attributes).not.toHaveBeenCalled();
    expect(recorded.spans).toHaveLength(0);
  });
});

describe("the provider", () => {
  test("is the one that is global when the function is called", async () => {
    const traced = withSpan(() => 1, { name: "moved" });
    traced();
    const first = recorded;
    expect(first.spans).toHaveLength(1);
    trace.disable();
    traced();
    recorded = recordSpans();
    traced();
    expect([first.spans.length, recorded.spans.length]).toEqual([1, 1]);
    await first.provider.shutdown();
  });

  test("missing, values set inside do not reach a span around the call", async () => {
    const tracer = recorded.provider.getTracer("mine");
    trace.disable();
    const inner = withSpan(() => void getActiveSpan().setOutput("inner"));
    const outer = withSpan(
      () => {
        inner();
        return "outer";
      },
      { name: "outer", tracer },
    );
    expect(outer()).toBe("outer");
    expect(recorded.attributes("outer")["output.value"]).toBe("outer");
  });

  test("that cannot start a span does not stop the function", () => {
    const tracer = {
      startSpan: () => {
        throw new Error("provider");
      },
    } as unknown as Tracer;
    expect(withSpan((a: number) => a + 1, { tracer })(1)).toBe(2);
  });

  test("names the tracer as the package and its version", () => {
    withSpan(() => 1)();
    expect(recorded.one().instrumentationScope).toMatchObject({
      name: packageJson.name,
      version: packageJson.version,
    });
    expect(TRACER_VERSION).toBe(packageJson.version);
  });

  test("of register() gives tracers whose kind methods wrap with that very tracer", async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new phoenix.TracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const tracer = provider.getTracer("app");
    const plan = tracer.chain((goal: string) => `${goal}!`, { name: "plan" });
    expect(plan("go")).toBe("go!");
    expect(exporter.getFinishedSpans().map((span) => [span.name, span.instrumentationScope.name])).toEqual([
      ["plan", "app"],
    ]);
    expect(recorded.spans).toHaveLength(0);
    await provider.shutdown();
  });

  test("of register() is used where another one is global, until that one is gone", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const exporter = new InMemorySpanExporter();
    const provider = phoenix.register({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
      projectName: "beside",
    });
    const traced = withSpan(() => 1, { name: "ours" });
    traced();
    expect([exporter.getFinishedSpans().length, recorded.spans.length]).toEqual([1, 0]);
    // A tool that mounts its own provider for a while sees what it runs.
    trace.disable();
    const experiment = recordSpans();
    traced();
    expect([exporter.getFinishedSpans().length, experiment.spans.length]).toEqual([1, 1]);
    trace.disable();
    trace.setGlobalTracerProvider(recorded.provider);
    traced();
    expect(exporter.getFinishedSpans()).toHaveLength(2);
    await provider.shutdown();
    await experiment.provider.shutdown();
  });
});

describe("a processor's attributes", () => {
  const given = (value: unknown): Attributes => {
    withSpan((_input: string) => 1, { name: "it", processInput: () => value })("raw");
    return recorded.attributes("it");
  };

  test("may have metadata among them", () => {
    const attributes = given({ "app.user": 7, metadata: { tier: "gold" } });
    expect(attributes).toMatchObject({ "app.user": 7, metadata: '{"tier":"gold"}' });
    expect(attributes).not.toHaveProperty(["input.value"]);
  });

  test("may be none", () => {
    expect(given({})).not.toHaveProperty(["input.value"]);
  });

  test("are none in an instance of a class or a list", () => {
    expect(given([])).toMatchObject({ "input.value": "[]" });
  });
});
