// The lifecycle of one call: what is recorded, what comes back, what is thrown.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
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
