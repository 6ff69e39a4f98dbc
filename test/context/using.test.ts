// Values of a context on every span that starts in it: of our provider, of another vendor's, of upstream's functions.
import { setTimeout as wait } from "node:timers/promises";
import { context, ROOT_CONTEXT, trace, TraceFlags } from "@opentelemetry/api";
import { AlwaysOnSampler, NodeTracerProvider, type Sampler } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import {
  BatchSpanProcessor,
  ContextAttributes,
  clearAttributes,
  clearMetadata,
  clearPromptTemplate,
  clearSession,
  clearTags,
  clearUser,
  getAttributes,
  getAttributesFromContext,
  getMetadata,
  getPromptTemplate,
  getSession,
  getTags,
  getUser,
  setAttributes,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
  suppressTracing,
  TracerProvider,
  traceChain,
  usingAttributes,
  usingMetadata,
  usingPromptTemplate,
  usingSession,
  usingTags,
  usingUser,
} from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider | NodeTracerProvider;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  start();
});

afterEach(async () => {
  await provider.shutdown();
  await receiver.stop();
});

function start(sampler: Sampler = new AlwaysOnSampler()): void {
  provider = new TracerProvider({ endpoint: receiver.httpUrl, sampler });
  provider.register();
}

/** A provider of OpenTelemetry's SDK with our processor, as in another vendor's setup. */
async function startForeign(): Promise<void> {
  await provider.shutdown();
  trace.disable();
  context.disable();
  provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor({ endpoint: receiver.httpUrl })],
  });
  provider.register();
}

const end = (name: string, attributes = {}): void =>
  trace.getTracer("app").startSpan(name, { attributes }).end();

async function attributesOf(name: string) {
  await provider.forceFlush();
  const span = receiver.spans.find((each) => each.name === name);
  if (span === undefined) throw new Error(`no span ${name}`);
  return span.attributes;
}

const EVERYTHING = {
  sessionId: "s",
  userId: "u",
  metadata: { plan: "free", n: 1 },
  tags: ["a", "b"],
  promptTemplate: { template: "Hi {x}", version: "v1", variables: { x: "y" } },
  attributes: { tenant: "t", shards: [1, 2], on: true },
};
const ON_SPANS = {
  "session.id": "s",
  "user.id": "u",
  metadata: '{"plan":"free","n":1}',
  "tag.tags": ["a", "b"],
  "llm.prompt_template.template": "Hi {x}",
  "llm.prompt_template.version": "v1",
  "llm.prompt_template.variables": '{"x":"y"}',
  tenant: "t",
  shards: [1, 2],
  on: true,
};

describe.each(["of our provider", "of another vendor's, at start"])("using…() on spans %s", (whose) => {
  beforeEach(async () => {
    if (whose !== "of our provider") await startForeign();
  });

  it("puts every value on plain, active and wrapped spans, and returns what the function returned", async () => {
    const tracer = trace.getTracer("app");
    const result = usingAttributes(EVERYTHING, () => {
      end("plain");
      tracer.startActiveSpan("active", (span) => span.end());
      tracer.startActiveSpan("given", { attributes: { own: 1 } }, (span) => span.end());
      tracer.startActiveSpan("everything", {}, context.active(), (span) => span.end());
      return traceChain(() => 7, { name: "wrapped" })();
    });
    expect(result).toBe(7);
    for (const name of ["plain", "active", "given", "everything", "wrapped"]) {
      expect(await attributesOf(name)).toMatchObject(ON_SPANS);
    }
    expect(await attributesOf("plain")).toEqual(ON_SPANS);
    end("after");
    expect(await attributesOf("after")).toEqual({});
  });

  it("does not touch a key that the span has already", async () => {
    usingAttributes({ sessionId: "outer", userId: "u", attributes: { tenant: "t" } }, () =>
      end("own", { "session.id": "own", tenant: "" }),
    );
    expect(await attributesOf("own")).toEqual({ "session.id": "own", "user.id": "u", tenant: "" });
  });

  it("takes values that @arizeai/openinference-core set, and tags that its tracer wrote as text (W18)", async () => {
    // As that package holds them: texts under these keys.
    const active = context
      .active()
      .setValue(ContextAttributes["session.id"], "s")
      .setValue(ContextAttributes.metadata, '{"a":1}')
      .setValue(ContextAttributes["tag.tags"], '["x"]')
      .setValue(ContextAttributes.attributes, '{"b":2}');
    context.with(active, () => usingTags(["y"], () => usingMetadata({ c: 3 }, () => end("beside"))));
    expect(await attributesOf("beside")).toEqual({
      "session.id": "s",
      metadata: '{"a":1,"c":3}',
      "tag.tags": ["x", "y"],
      b: 2,
    });
    end("written by it", { "tag.tags": '["p","q"]' });
    expect((await attributesOf("written by it"))["tag.tags"]).toEqual(["p", "q"]);
    end("a word", { "tag.tags": "urgent" });
    expect((await attributesOf("a word"))["tag.tags"]).toEqual(["urgent"]);
  });

  it("keeps the session of a span that starts right after the provider was made (W14)", async () => {
    usingSession("first", () => end("at once"));
    expect(await attributesOf("at once")).toEqual({ "session.id": "first" });
  });
});

describe("nested using…()", () => {
  it("merges metadata and attributes key by key, inner keys win (W19)", async () => {
    usingMetadata({ a: 1, b: 1 }, () =>
      usingMetadata({ b: 2, c: 2 }, () =>
        usingAttributes({ attributes: { x: 1, y: 1 }, metadata: { d: 3 } }, () =>
          usingAttributes({ attributes: { y: 2 } }, () => end("inner")),
        ),
      ),
    );
    const { metadata, ...others } = await attributesOf("inner");
    expect(JSON.parse(metadata as string)).toEqual({ a: 1, b: 2, c: 2, d: 3 });
    expect(others).toEqual({ x: 1, y: 2 });
  });

  it("joins tags without doubles, and replaces a prompt template as a whole", async () => {
    usingTags(["a", "b"], () =>
      usingTags(["b", "c"], () =>
        usingPromptTemplate({ template: "1", version: "1", variables: { v: 1 } }, () =>
          usingPromptTemplate({ template: "2" }, () => end("inner")),
        ),
      ),
    );
    expect(await attributesOf("inner")).toEqual({
      "tag.tags": ["a", "b", "c"],
      "llm.prompt_template.template": "2",
    });
  });

  it("leaves the outer value and does not throw for a wrong one", async () => {
    const cyclic: Record<string, unknown> = { kept: "yes" };
    cyclic["self"] = cyclic;
    const hostile = {
      get a() {
        throw new Error("no");
      },
    };
    const result = usingAttributes({ sessionId: "s", userId: "u", tags: ["t"], metadata: { m: 1 } }, () =>
      [undefined, null, 7, "", "  x", [], {}, hostile, () => 1, Symbol("s")].map((wrong) =>
        usingSession(wrong === "  x" ? "" : (wrong as never), () =>
          usingUser(7 as never, () =>
            usingTags("t2" as never, () =>
              usingMetadata("m" as never, () =>
                usingMetadata(hostile, () =>
                  usingPromptTemplate(null as never, () =>
                    usingAttributes(wrong as never, () =>
                      usingAttributes({ attributes: { bad: {}, worse: NaN, fine: 1 } as never }, () => {
                        end("wrong");
                        return "ran";
                      }),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    );
    expect(new Set(result)).toEqual(new Set(["ran"]));
    await provider.forceFlush();
    for (const { attributes } of receiver.spans) {
      expect(attributes).toEqual({
        "session.id": "s",
        "user.id": "u",
        "tag.tags": ["t"],
        metadata: '{"m":1}',
        fine: 1,
      });
    }
    usingMetadata({ big: 12n, cyclic, when: new Date(0) }, () => end("odd"));
    const odd = JSON.parse((await attributesOf("odd"))["metadata"] as string);
    expect(odd).toMatchObject({ big: "12n", when: "1970-01-01T00:00:00.000Z", cyclic: { kept: "yes" } });
  });
});

describe("values of a context", () => {
  it("hold through promises, timers, generators, async generators and streams", async () => {
    await usingSession("s", async () => {
      await wait(1);
      end("after a timer");
      await new Promise<void>((resolve) =>
        queueMicrotask(() => {
          end("in a microtask");
          resolve();
        }),
      );
      const stream = new ReadableStream({
        pull(controller) {
          end("in a stream");
          controller.close();
        },
      });
      await stream.getReader().read();
    });
    const numbers = usingSession("s", function* (): Generator<number> {
      end("in a generator");
      yield 1;
      end("later in a generator");
    });
    expect([...numbers]).toEqual([1]);
    const later = usingSession("s", async function* (): AsyncGenerator<number> {
      yield 1;
      await wait(1);
      end("in an async generator");
      yield 2;
    });
    const seen: number[] = [];
    for await (const each of later) seen.push(each);
    expect(seen).toEqual([1, 2]);
    const names = [
      "after a timer",
      "in a microtask",
      "in a stream",
      "in a generator",
      "later in a generator",
      "in an async generator",
    ];
    for (const name of names) expect([name, await attributesOf(name)]).toEqual([name, { "session.id": "s" }]);
  });

  it("are seen by the sampler", async () => {
    await provider.shutdown();
    const seen: unknown[] = [];
    const sampler: Sampler = {
      shouldSample: (_context, _trace, _name, _kind, attributes) => {
        seen.push(attributes["session.id"]);
        return { decision: attributes["session.id"] === "kept" ? 2 : 0 };
      },
      toString: () => "by session",
    };
    trace.disable();
    start(sampler);
    usingSession("kept", () => end("a"));
    usingSession("not", () => trace.getTracer("app").startActiveSpan("b", (span) => span.end()));
    await provider.forceFlush();
    expect(seen).toEqual(["kept", "not"]);
    expect(receiver.spans.map((span) => span.name)).toEqual(["a"]);
  });

  it("come from what the function throws too, and what fn throws is thrown", async () => {
    const error = new Error("mine");
    expect(() =>
      usingSession("s", () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(usingSession("s", () => Promise.reject(error))).rejects.toBe(error);
  });

  it("are set, read and cleared by functions of the signatures of @arizeai/openinference-core", () => {
    let active = setSession(ROOT_CONTEXT, { sessionId: "s" });
    active = setUser(active, { userId: "u" });
    active = setMetadata(active, { a: 1 });
    active = setMetadata(active, { b: [2] });
    active = setTags(active, ["t"]);
    active = setTags(active, ["t", "v"]);
    active = setPromptTemplate(active, { template: "T", variables: { v: 1 }, version: "1" });
    active = setAttributes(active, { k: "v" });
    expect(getSession(active)).toEqual({ sessionId: "s" });
    expect(getUser(active)).toEqual({ userId: "u" });
    expect(getMetadata(active)).toEqual({ a: 1, b: [2] });
    expect(getTags(active)).toEqual(["t", "v"]);
    expect(getPromptTemplate(active)).toEqual({ template: "T", variables: { v: 1 }, version: "1" });
    expect(getAttributes(active)).toEqual({ k: "v" });
    expect(getAttributesFromContext(active)).toEqual({
      "session.id": "s",
      "user.id": "u",
      metadata: '{"a":1,"b":[2]}',
      "tag.tags": ["t", "v"],
      "llm.prompt_template.template": "T",
      "llm.prompt_template.version": "1",
      "llm.prompt_template.variables": '{"v":1}',
      k: "v",
    });
    for (const clear of [
      clearSession,
      clearUser,
      clearMetadata,
      clearTags,
      clearPromptTemplate,
      clearAttributes,
    ]) {
      active = clear(active);
    }
    expect(getAttributesFromContext(active)).toEqual({});
    const getters = [getSession, getUser, getMetadata, getTags, getPromptTemplate, getAttributes];
    expect(getters.map((get) => get(active))).toEqual(getters.map(() => undefined));
    expect(setSession(active, undefined as never)).toBe(active);
    expectTypeOf(usingSession("s", async () => 7)).toEqualTypeOf<Promise<number>>();
  });
});

describe("suppressTracing()", () => {
  it("records no span inside, and gives what the function gave; its context form does the same", async () => {
    expect(suppressTracing(() => (end("no"), traceChain(() => 7, { name: "neither" })()))).toBe(7);
    await suppressTracing(async () => {
      await wait(1);
      end("nor this");
    });
    context.with(suppressTracing(context.active()), () => end("nor that"));
    end("yes");
    await provider.forceFlush();
    expect(receiver.spans.map((span) => span.name)).toEqual(["yes"]);
  });

  it("of a span that is sampled, lets what is inside stay unsampled", () => {
    trace.getTracer("app").startActiveSpan("outer", (outer) => {
      suppressTracing(() => {
        const inner = trace.getTracer("app").startSpan("inner");
        expect(inner.isRecording()).toBe(false);
        expect(inner.spanContext().traceFlags & TraceFlags.SAMPLED).toBe(0);
      });
      outer.end();
    });
  });
});
