// JSON that a program or a model wrote, cut at the limit of a value: it stays JSON and keeps its beginning.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asJson, cutJson } from "../../src/capture/cut-json.ts";

describe("JSON text over the limit", () => {
  test("keeps the beginning of the string in which the limit falls", () => {
    const json = JSON.stringify({ path: "a.ts", content: 'let a = "é\n";'.repeat(100), mode: "w" });
    const cut = JSON.parse(cutJson(json, 200)) as Record<string, string>;
    expect(cut["path"]).toBe("a.ts");
    expect(cut["content"]).toMatch(/^let a = "é\nlet a|^let a = "é\n";let a/);
    expect(cut["content"]).toContain(`…[cut: ${json.length} characters, limit 200]`);
    expect(cut).not.toHaveProperty("mode");
  });

  test("leaves out what follows in lists and objects, with a marker", () => {
    const list = cutJson(JSON.stringify(Array.from({ length: 500 }, (_, index) => index)), 100);
    const items = JSON.parse(list) as unknown[];
    expect(items.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(items.at(-1)).toMatch(/^…\[cut: \d+ characters, limit 100\]$/);
    const object = cutJson(
      JSON.stringify(Object.fromEntries(items.map((item, index) => [`key ${index}`, item]))),
      120,
    );
    expect(JSON.parse(object)).toMatchObject({ "key 0": 0, "key 1": 1, "…": expect.stringContaining("cut") });
  });

  test("keeps numbers as they were written", () => {
    const json = `{"id":12345678901234567890,"rate":1e400,"rest":"${"x".repeat(200)}"}`;
    expect(cutJson(json, 120)).toMatch(/^\{"id":12345678901234567890,"rate":1e400,"rest":"x+…\[cut: /);
  });

  test.each([
    ["prose", "The quick brown fox. ".repeat(40)],
    ["a log line", `[INFO] ${"started ".repeat(40)}`],
    ["two values", `{"a":1}${" {}".repeat(100)}`],
    ["brackets that do not match", `[{"a":1]${"1,".repeat(100)}`],
    ["a list of one letter", `{a: ${"b".repeat(300)}}`],
  ])("that is no JSON is cut as text: %s", (_name, text) => {
    const cut = cutJson(text, 100);
    expect(cut).toHaveLength(100);
    expect(cut).toMatch(/…\[cut: \d+ characters, limit 100\]$/);
  });

  test("of any value is JSON within the limit, wherever the limit falls", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6, stringUnit: "grapheme" }),
        fc.integer({ min: 70, max: 400 }),
        (value, limit) => {
          // Escapes of every kind, so that the limit falls into one.
          const json = JSON.stringify({ value, tail: '"\\\u0001😀\n'.repeat(100) });
          for (const text of [json, json.replaceAll("😀", "\\ud83d\\ude00")]) {
            const cut = cutJson(text, limit);
            expect(cut.length).toBeLessThanOrEqual(limit);
            expect(() => void JSON.parse(cut)).not.toThrow();
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("nested 200,000 levels deep is cut in no time", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    for (const limit of [1_000, 100_000, 300_000])
      expect(cutJson(deep, limit).length).toBeLessThanOrEqual(limit);
  });

  test("is left alone within it, as text and as a value", () => {
    expect(asJson('{"a": 1}', 8)).toBe('{"a": 1}');
    expect(asJson({ a: 1 }, 100)).toBe('{"a":1}');
  });
});
