import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutText, measureText, toOneLine } from "../../../src/collector/draw/terminal-text.ts";

describe("toOneLine", () => {
  test.each([
    ["two\nlines\r\n\tand   more ", "two lines and more"],
    ["\u001B[31mred\u001B[0m", "red"],
    ["title \u001B]0;owned\u0007 set", "title set"],
    ["\u001B]8;;http://x\u0007link\u001B]8;;\u0007", "link"],
    ["a\u009B31mb", "ab"],
    ["back\b\bspace \u0000\u0007\u007F", "back space"],
    ["abc\u202Edcba\u202C \u2066x\u2069", "abc dcba x"],
    ["\u2028line\u2029", "line"],
    ["👩‍👩‍👧‍👦 ok", "👩‍👩‍👧‍👦 ok"],
  ])("makes %j %j", (text, line) => {
    expect(toOneLine(text, 1_000)).toBe(line);
  });

  test("lets nothing through that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(toOneLine(`\u001B${text}\u009B`, 1_000)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E]/u);
      }),
    );
  });

  test("looks at the first characters of a long text only", () => {
    expect(toOneLine("x".repeat(50), 10)).toBe(`${"x".repeat(10)}…`);
  });
});

describe("measureText", () => {
  test.each([
    ["plain", 5],
    ["日本語", 6],
    ["한국어", 6],
    ["\u1112\u1161\u11AB", 2],
    ["ｗｉｄｅ", 8],
    ["e\u0301", 1],
    ["zero\u200Bwidth", 9],
    ["🚀", 2],
    ["👩‍👩‍👧‍👦", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["👍🏽", 2],
    ["→ │ ━ …", 7],
    ["नमस्ते", 4],
    ["", 0],
  ])("%s takes %i columns", (text, columns) => {
    expect(measureText(text)).toBe(columns);
  });
});

describe("cutText", () => {
  test.each([
    ["hello", 5, "hello"],
    ["hello", 4, "hel…"],
    ["hello", 1, "…"],
    ["hello", 0, ""],
    ["日本語", 6, "日本語"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["a👩‍👩‍👧‍👦b", 3, "a…"],
  ])("cuts %s to %i columns as %s", (text, columns, cut) => {
    expect(cutText(text, columns)).toBe(cut);
  });

  test("is never wider than it may be, and keeps all that fits", () => {
    const text = fc.string({ unit: "grapheme" }).map((line) => toOneLine(line, 1_000));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (line, columns) => {
        const cut = cutText(line, columns);
        expect(measureText(cut)).toBeLessThanOrEqual(columns);
        expect(cut === line).toBe(measureText(line) <= columns);
      }),
    );
  });
});
