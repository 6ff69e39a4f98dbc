import { SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { type CapturedSpans, captureSpans, type ExpectedSpan } from "../../src/testing/index.ts";

const tracer = (): ReturnType<typeof trace.getTracer> => trace.getTracer("app");

/** An agent with a search and a model call that failed. */
function agent(): CapturedSpans {
  return captureSpans(() => {
    tracer().startActiveSpan("agent", { attributes: { "openinference.span.kind": "AGENT" } }, (outer) => {
      tracer()
        .startSpan("search", { attributes: { "openinference.span.kind": "TOOL", "input.value": "tea" } })
        .end();
      const call = tracer().startSpan("chat", {
        attributes: { "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o", "tag.tags": ["a", "b"] },
      });
      call.setStatus({ code: SpanStatusCode.ERROR });
      call.end();
      outer.end();
    });
  });
}

function failure(spans: CapturedSpans, expected: ExpectedSpan | readonly ExpectedSpan[]): Error {
  try {
    spans.toMatchTree(expected);
  } catch (error) {
    return error as Error;
  }
  throw new Error("it matches");
}

const message = (expected: ExpectedSpan | readonly ExpectedSpan[]): string[] =>
  failure(agent(), expected).message.split("\n").slice(1);

describe("a tree matches", () => {
  it.each<[string, ExpectedSpan | readonly ExpectedSpan[]]>([
    ["by names alone", { name: "agent" }],
    ["by nothing at all", [{}]],
    ["as a list", [{ name: "agent", children: [{ name: "search" }, { name: "chat" }] }]],
    [
      "by a part of its attributes",
      {
        kind: "AGENT",
        children: [
          { attributes: { "input.value": "tea" } },
          { status: "ERROR", attributes: { "tag.tags": ["a", "b"] } },
        ],
      },
    ],
    [
      "by a matcher of the runner",
      { name: "agent", children: [{ attributes: { "input.value": expect.any(String) } }, {}] },
    ],
  ])("%s", (_what, expected) => {
    expect(() => agent().toMatchTree(expected)).not.toThrow();
  });
});

describe("the difference", () => {
  it("is an assertion's error", () => {
    expect(failure(agent(), { name: "other" }).name).toContain("Assertion");
  });

  it("shows what is missing and what is too much, with what is below each", () => {
    expect(
      message([
        { name: "agent", children: [{ name: "search" }, { name: "rerank", kind: "RERANKER" }] },
        { name: "second", children: [{ name: "child" }] },
      ]),
    ).toEqual([
      "  AGENT agent",
      "    TOOL search",
      "-   RERANKER rerank",
      "+   LLM chat",
      "- second",
      "-   child",
    ]);
  });

  it("shows the kind, the status and each attribute that differs, with both values", () => {
    expect(
      message({
        name: "agent",
        kind: "CHAIN",
        children: [
          { name: "search", attributes: { "input.value": "coffee", "output.value": "x" } },
          { name: "chat", status: "OK", attributes: { "tag.tags": ["b", "a"], "llm.model_name": "gpt-4o" } },
        ],
      }),
    ).toEqual([
      "  AGENT agent",
      '      kind: expected "CHAIN", recorded "AGENT"',
      "    TOOL search",
      '        input.value: expected "coffee", recorded "tea"',
      '        output.value: expected "x", recorded nothing',
      "    LLM chat",
      '        status: expected "OK", recorded "ERROR"',
      '        tag.tags: expected ["b","a"], recorded ["a","b"]',
    ]);
  });

  it("shows an order that differs", () => {
    expect(message({ name: "agent", children: [{ name: "chat" }, { name: "search" }] })).toEqual([
      "  AGENT agent",
      "-   chat",
      "    TOOL search",
      "+   LLM chat",
    ]);
  });

  it("says where nothing was recorded", () => {
    const spans = captureSpans();
    expect(failure(spans, { name: "agent", kind: "AGENT" }).message).toBe(
      "No span was recorded.\n- AGENT agent",
    );
    expect(() => spans.toMatchTree([])).not.toThrow();
  });

  it("stays within 200 lines and 20,000 characters, and a line each, whatever was recorded", () => {
    const many = captureSpans(() => {
      for (let index = 0; index < 1_000; index++) {
        tracer()
          .startSpan(`span ${index}\nwith a second line`, { attributes: { big: "x".repeat(10_000) } })
          .end();
      }
    });
    const { message: few } = failure(many, []);
    expect(few.split("\n")).toHaveLength(200);
    expect(few.split("\n").at(-1)).toBe("… 802 more lines");
    const { message: long } = failure(
      many,
      many.tree.map(({ name }) => ({ name, attributes: { big: "y".repeat(10_000) } })),
    );
    expect(long.length).toBeLessThanOrEqual(20_000);
    expect(long).toContain("(10002 characters)");
  });
});
