import { SpanKind } from "@opentelemetry/api";
import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { CollectedSpan } from "../../../src/collector/receive/decode-spans.ts";
import { paintInColours, paintNothing } from "../../../src/collector/draw/paint.ts";
import { renderTrace } from "../../../src/collector/draw/render-trace.ts";
import { measureText } from "../../../src/collector/draw/terminal-text.ts";
import { recordTrace, type SpanPlan } from "../recorded-trace.ts";

const kind = (name: string, more: Record<string, unknown> = {}) =>
  ({ "openinference.span.kind": name, ...more }) as NonNullable<SpanPlan["attributes"]>;

const RAG: SpanPlan = {
  name: "answer",
  at: 0,
  millis: 1240,
  attributes: kind("CHAIN", {
    "input.value": "How do I send traces?\nIn one call?",
    "output.value": "Call register() once.",
  }),
  children: [
    {
      name: "search",
      at: 20,
      millis: 300,
      attributes: kind("RETRIEVER", {
        "input.value": "send traces",
        "retrieval.documents.0.document.content": "register() reads the environment.",
        "retrieval.documents.1.document.content": "Spans wait in memory.",
      }),
      children: [
        {
          name: "embed",
          at: 22,
          millis: 61.5,
          attributes: kind("EMBEDDING", {
            "embedding.model_name": "small-3",
            "llm.token_count.total": 9,
          }),
        },
      ],
    },
    {
      name: "research",
      at: 340,
      millis: 890,
      attributes: kind("AGENT"),
      children: [
        {
          name: "plan",
          at: 350,
          millis: 400,
          attributes: kind("LLM", {
            "llm.model_name": "gpt-4o",
            "llm.input_messages.0.message.content": "You are helpful.",
            "llm.input_messages.1.message.content": "How do I send traces?",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "fetch",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"page":1}',
            "llm.token_count.prompt": 1210,
            "llm.token_count.completion": 34,
            "llm.token_count.total": 1244,
          }),
        },
        {
          name: "fetch",
          at: 760,
          millis: 450,
          attributes: kind("TOOL", { "input.value": '{"page": 1}' }),
          error: new TypeError("connection refused"),
        },
        { name: "GET /page", at: 770, millis: 0.045, kind: SpanKind.CLIENT, status: "UNSET" },
      ],
    },
  ],
};

const twoSpans = (plan: SpanPlan): [CollectedSpan, CollectedSpan] => {
  const [first, second, ...rest] = recordTrace(plan);
  if (first === undefined || second === undefined || rest.length > 0) throw new Error("plan two spans");
  return [first, second];
};

const draw = (spans: CollectedSpan[], width: number, revision = 1): string =>
  renderTrace({ traceId: spans[0]?.traceId ?? "", spans, revision }, { width, paint: paintNothing });

describe("a trace is drawn", () => {
  test("as a tree with kinds, names, bars on the time line, durations, status, tokens and previews", () => {
    expect(draw(recordTrace(RAG), 100)).toMatchInlineSnapshot(`
      "rag-demo  5b8aa5a2d2c872e8321cf37308d69df2  1.24 s · 7 spans · 1,253 tokens · 1 error
      CHAIN answer                     ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━   1.24 s ✓
      │  in  How do I send traces? In one call?
      │  out Call register() once.
      ├─ RETRIEVER search              ╺━━━━━━━━━╸                                300 ms ✓
      │  │  in  send traces
      │  │  out 2 documents: register() reads the environment.
      │  └─ EMBEDDING embed · small-3  ╺━╸                                       61.5 ms ✓           9 tok
      └─ AGENT research                           ━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸   890 ms ✓
         ├─ LLM plan · gpt-4o                     ╺━━━━━━━━━━━━                   400 ms ✓  1,210 → 34 tok
         │     in  How do I send traces?
         │     out fetch({"page":1})
         ├─ TOOL fetch                                         ╺━━━━━━━━━━━━━━    450 ms ✗
         │     in  {"page": 1}
         │     err TypeError: connection refused
         └─ CLIENT GET /page                                    ╸                  45 µs

      "
    `);
  });

  test("on 60 columns with the tokens on a line of their own", () => {
    expect(draw(recordTrace(RAG), 60)).toMatchInlineSnapshot(`
      "rag-demo  5b8aa5a2d2c872e8321cf37308d69df2
      1.24 s · 7 spans · 1,253 tokens · 1 error
      CHAIN answer                 ━━━━━━━━━━━━━━━━━━━━   1.24 s ✓
      │  in  How do I send traces? In one call?
      │  out Call register() once.
      ├─ RETRIEVER search          ╺━━━━                  300 ms ✓
      │  │  in  send traces
      │  │  out 2 documents: register() reads the environment.
      │  └─ EMBEDDING embed · sm…  ╺╸                    61.5 ms ✓
      │        tok 9
      └─ AGENT research                 ╺━━━━━━━━━━━━━━   890 ms ✓
         ├─ LLM plan · gpt-4o           ╺━━━━━━           400 ms ✓
         │     in  How do I send traces?
         │     out fetch({"page":1})
         │     tok 1,210 → 34
         ├─ TOOL fetch                         ╺━━━━━━╸   450 ms ✗
         │     in  {"page": 1}
         │     err TypeError: connection refused
         └─ CLIENT GET /page                   ╺           45 µs

      "
    `);
  });

  test("with the children in the order in which they started, however they arrive", () => {
    const spans = recordTrace(RAG);
    expect(draw(spans.toReversed(), 100)).toBe(draw(spans, 100));
  });

  test("with no line wider than the terminal, from 40 to 200 columns", () => {
    const wide = { ...RAG, name: "日本語の長い名前 ".repeat(20) };
    for (let width = 40; width <= 200; width += 1) {
      for (const line of draw(recordTrace(wide, "プロジェクト".repeat(30)), width).split("\n")) {
        expect(measureText(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe("a heading", () => {
  const heading = (spans: CollectedSpan[], revision?: number): string =>
    draw(spans, 160, revision).split("\n", 1).join("");

  test("names the project, the trace, and its totals", () => {
    expect(heading(recordTrace(RAG))).toBe(
      "rag-demo  5b8aa5a2d2c872e8321cf37308d69df2  1.24 s · 7 spans · 1,253 tokens · 1 error",
    );
  });

  test("says default for a trace without project", () => {
    expect(heading(recordTrace({ name: "x", at: 0, millis: 1 }, null))).toBe(
      "default  5b8aa5a2d2c872e8321cf37308d69df2  1.00 ms · 1 span",
    );
  });

  test("does not count tokens again that a parent sums up", () => {
    const tokens = (total: number) => ({ "llm.token_count.total": total });
    const trace = recordTrace({
      name: "root",
      at: 0,
      millis: 9,
      children: [
        {
          name: "agent",
          at: 0,
          millis: 5,
          attributes: tokens(30),
          children: [
            { name: "a", at: 0, millis: 1, attributes: tokens(10) },
            {
              name: "b",
              at: 1,
              millis: 1,
              children: [{ name: "c", at: 1, millis: 1, attributes: tokens(20) }],
            },
          ],
        },
        { name: "d", at: 6, millis: 1, attributes: tokens(5) },
      ],
    });
    expect(heading(trace)).toContain(" 35 tokens");
  });

  test("tells a trace that is drawn again, and one with a parent missing", () => {
    const spans = recordTrace(RAG);
    expect(heading(spans, 2)).toMatch(/ · again, with late spans$/);
    expect(heading(spans.slice(0, -1))).toMatch(/ · a parent is missing$/);
  });
});

describe("odd traces", () => {
  test("children of a parent that never came stand at the top, marked", () => {
    const withoutAgent = recordTrace(RAG).filter(({ name }) => name !== "research");
    const rows = draw(withoutAgent, 100).split("\n");
    expect(rows.filter((row) => row.startsWith("⋯")).map((row) => row.slice(0, 12))).toEqual([
      "⋯ LLM plan ·",
      "⋯ TOOL fetch",
      "⋯ CLIENT GET",
    ]);
  });

  test("a span with its parent in another process is a root like any other", () => {
    const spans = recordTrace(RAG)
      .filter(({ name }) => name !== "answer")
      .map((span) => ({ ...span, parentIsRemote: span.name === "research" || span.name === "search" }));
    expect(draw(spans, 100)).not.toContain("missing");
    expect(draw(spans, 100)).not.toContain("⋯");
  });

  test("spans that are each other's parents are drawn once each", () => {
    const [a, b] = twoSpans({ name: "b", at: 0, millis: 2, children: [{ name: "a", at: 1, millis: 1 }] });
    const circle = [
      { ...a, parentSpanId: b.spanId },
      { ...b, parentSpanId: a.spanId },
    ];
    expect(draw(circle, 80).match(/SPAN [ab]/g)).toEqual(["SPAN b", "SPAN a"]);
    expect(draw([{ ...a, parentSpanId: a.spanId }], 80)).toContain("SPAN a");
  });

  test("10,000 levels and 10,000 siblings are drawn within the width", () => {
    const [template] = twoSpans({ name: "x", at: 0, millis: 1, children: [{ name: "x", at: 0, millis: 1 }] });
    const id = (index: number): string => (index + 1).toString(16).padStart(16, "0");
    const spans = (parentOf: (index: number) => number): CollectedSpan[] =>
      Array.from({ length: 10_000 }, (_, index) => ({
        ...template,
        spanId: id(index),
        parentSpanId: index === 0 ? undefined : id(parentOf(index)),
        startTimeNanos: template.startTimeNanos + BigInt(index),
      }));
    const chain = draw(
      spans((index) => index - 1),
      80,
    ).split("\n");
    const fan = draw(
      spans(() => 0),
      80,
    ).split("\n");
    expect([chain.length, fan.length]).toEqual([10_003, 10_003]);
    expect(Math.max(...chain.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(chain.at(-3)).toMatch(/^⋯ {2}[ └─]+SPAN x/);
  });

  test("no duration, an end before the start, and a child outside its parent still have a bar", () => {
    const spans = recordTrace({
      name: "root",
      at: 0,
      millis: 0,
      children: [{ name: "late", at: 100, millis: 0 }],
    });
    const backwards = spans.map((span) => ({ ...span, endTimeNanos: span.startTimeNanos - 5n }));
    for (const trace of [spans, backwards]) {
      const rows = draw(trace, 60).split("\n");
      expect(rows.filter((row) => /[━╸╺]/.test(row))).toHaveLength(2);
      expect(rows.filter((row) => / 0 µs/.test(row))).toHaveLength(2);
    }
    expect(draw(recordTrace({ name: "alone", at: 0, millis: 0 }), 60)).toContain("━━━");
  });
});

describe("what spans contain cannot reach the terminal", () => {
  test("escape sequences in names, values, kinds, models, projects and errors are gone", () => {
    const evil = "\u001B]0;owned\u0007\u001B[2J\u009B31m\u202Eevil";
    const spans = recordTrace(
      {
        name: evil,
        at: 0,
        millis: 1,
        attributes: kind(evil, { "input.value": evil, "output.value": evil, "llm.model_name": evil }),
        error: new Error(evil),
      },
      evil,
    );
    const lines = draw(spans, 120);
    expect(lines).not.toMatch(/[^\P{Cc}\n]|\u202E/u);
    expect(lines.match(/evil/g)?.length).toBeGreaterThanOrEqual(6);
    const painted = renderTrace({ traceId: "x", spans, revision: 1 }, { width: 120, paint: paintInColours });
    expect(stripVTControlCharacters(painted)).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("whatever the texts are, lines stay within the width", () => {
    const texts = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(texts, texts, texts, fc.integer({ min: 40, max: 130 }), (name, input, project, width) => {
        const spans = recordTrace({ name, at: 0, millis: 1, attributes: { "input.value": input } }, project);
        for (const line of draw(spans, width).split("\n")) {
          expect(measureText(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("colours", () => {
  test("change nothing but the colour", () => {
    const spans = recordTrace(RAG);
    const trace = { traceId: spans[0]?.traceId ?? "", spans, revision: 1 };
    const painted = renderTrace(trace, { width: 100, paint: paintInColours });
    expect(painted).toContain("\u001B[33mLLM\u001B[39m");
    expect(painted).toContain("\u001B[31m✗\u001B[39m");
    const trimmed = (lines: string): string[] => lines.split("\n").map((line) => line.trimEnd());
    expect(trimmed(stripVTControlCharacters(painted))).toEqual(trimmed(draw(spans, 100)));
  });
});
