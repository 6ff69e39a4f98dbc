// The lifecycle of one call: what is recorded, what comes back, what is thrown.
import { context, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as api from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "./support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

const KINDS = {
  LLM: api.traceLLM,
  CHAIN: api.traceChain,
  TOOL: api.traceTool,
  AGENT: api.traceAgent,
  RETRIEVER: api.traceRetriever,
  RERANKER: api.traceReranker,
  EMBEDDING: api.traceEmbedding,
  GUARDRAIL: api.traceGuardrail,
  EVALUATOR: api.traceEvaluator,
  PROMPT: api.tracePrompt,
};

describe("a wrapped function", () => {
  test.each(Object.entries(KINDS))("is a %s span when its wrapper says so", async (kind, wrap) => {
    const answer = await wrap(async (question: string) => `${question}!`, { name: "step" })("why");
    expect(answer).toBe("why!");
    expect(recorded.attributes("step")).toMatchObject({
      "openinference.span.kind": kind,
      "input.value": "why",
      "input.mime_type": "text/plain",
      "output.value": "why!",
      "output.mime_type": "text/plain",
    });
    expect(recorded.one().status.code).toBe(SpanStatusCode.OK);
  });

  test("stays synchronous", () => {
    const add = api.withSpan((a: number, b: number) => a + b, { name: "add" });
    expect(add(1, 2)).toBe(3);
    expect(recorded.attributes("add")).toMatchObject({ "input.value": "[1,2]", "output.value": "3" });
  });

  test("called plainly has no `this`, sampled or not", () => {
    const seen: unknown[] = [];
    // oxlint-disable-next-line func-style -- an arrow has the `this` around it
    const look = api.traceTool(function (this: unknown) {
      seen.push(this);
    });
    look();
    look.call("own");
    expect(seen).toEqual([undefined, "own"]);
  });

  test("that is a class comes back as it is, with its static private members", () => {
    // oxlint-disable-next-line typescript/no-extraneous-class -- static members are what is tested
    class Counter {
      static #made = 1;
      static made(): number {
        return this.#made;
      }
    }
    expect(api.traceTool(Counter as never)).toBe(Counter);
    expect(Counter.made()).toBe(1);
  });

  test("that gives something for every name is a value", () => {
    const endless: object = new Proxy(
      {},
      { get: (_target, key) => (key === "then" ? undefined : () => endless) },
    );
    expect(api.withSpan(() => endless, { name: "endless" })()).toBe(endless);
    expect(recorded.one("endless").status.code).toBe(SpanStatusCode.OK);
    expect(api.withSpan((given: object) => given, { name: "given" })(endless)).toBe(endless);
    expect(recorded.attributes("given")).toHaveProperty(["input.value"]);
  });

  test("takes its tracer and its kind wherever it takes options", () => {
    const provider = new NodeTracerProvider({ spanProcessors: [] });
    const names: string[] = [];
    const startSpan: Tracer["startSpan"] = (name, ...rest) => {
      names.push(name);
      return provider.getTracer("other").startSpan(name, ...rest);
    };
    const tracer = { ...provider.getTracer("other"), startSpan };
    api.withSpan(() => 1, { name: "a", tracer, kind: OpenInferenceSpanKind.LLM })();
    api.traceTool(() => 1, { name: "b", tracer })();
    class Shop {
      @api.observe({ name: "c", tracer, kind: OpenInferenceSpanKind.TOOL })
      sell(): number {
        return 1;
      }
      @api.tool({ name: "d", tracer, kind: "AGENT" })
      buy(): number {
        return 1;
      }
    }
    new Shop().sell();
    new Shop().buy();
    expect(names).toEqual(["a", "b", "c", "d"]);
    expect(recorded.spans).toEqual([]);
  });

  test("gives a native promise's value and its rejection as they are", async () => {
    const error = Object.freeze(new RangeError("no"));
    const object = {};
    expect(await api.withSpan(async () => object)()).toBe(object);
    await expect(api.withSpan(() => Promise.reject(error), { name: "bad" })()).rejects.toBe(error);
    const span = recorded.one("bad");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "no" });
    expect(span.events[0]?.attributes).toMatchObject({
      "exception.type": "RangeError",
      "exception.message": "no",
    });
  });

  test("is the parent of what it calls", async () => {
    const inner = api.traceTool(async () => 1, { name: "inner" });
    await api.traceAgent(
      async () => {
        await Promise.resolve();
        return inner();
      },
      { name: "outer" },
    )();
    expect(recorded.one("inner").parentSpanContext?.spanId).toBe(recorded.one("outer").spanContext().spanId);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
