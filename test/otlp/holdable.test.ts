// What Phoenix's databases cannot hold leaves as something that they can; all else leaves as it is.
import { inspect } from "node:util";
import type { Attributes } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { encodeSpan } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner } from "../../src/otlp/join-request.ts";
import { endedSpan } from "../spans/ended-spans.ts";

/** A span as the server reads it. */
const sent = (parts: Partial<ReadableSpan>) => {
  const span = Object.create(
    endedSpan(),
    Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, { value }])),
  ) as ReadableSpan;
  return decodeSpans(createRequestJoiner()([encodeSpan(span)]))[0]!;
};

const attributes = (given: unknown) => sent({ attributes: given as Attributes }).attributes;

describe("U+0000 leaves as U+FFFD", () => {
  it("in every text of a span", () => {
    const nul = "a\0b";
    const span = sent({
      name: nul,
      attributes: { [nul]: nul, list: ["a", nul], map: { [nul]: [nul] } } as unknown as Attributes,
      events: [{ name: nul, time: [1, 0], attributes: { [nul]: nul } }],
      links: [
        {
          context: { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 },
          attributes: { x: nul },
        },
      ],
      status: { code: 2, message: nul },
      resource: resourceFromAttributes({ "openinference.project.name": nul }),
      instrumentationScope: { name: nul, version: nul },
    });
    expect(inspect(span, { depth: 9 })).not.toContain(String.raw`\x00`);
    expect(span).toMatchObject({
      name: "a\ufffdb",
      attributes: {
        "a\ufffdb": "a\ufffdb",
        list: ["a", "a\ufffdb"],
        map: { "a\ufffdb": ["a\ufffdb"] },
      },
      events: [{ name: "a\ufffdb", attributes: { "a\ufffdb": "a\ufffdb" } }],
      status: { message: "a\ufffdb" },
      resource: { "openinference.project.name": "a\ufffdb" },
    });
  });

  it.each(["a", "é", "好", "好a", "🦉"])("at every place of a text of any length, of %s", (unit) => {
    for (const length of [1, 2, 40, 47, 48, 49, 127, 128, 3000, 8191, 8192, 8193, 20_000, 70_000]) {
      const text = unit.repeat(Math.ceil(length / unit.length));
      for (const at of [0, text.length / unit.length / 2, text.length / unit.length]) {
        const broken = `${text.slice(0, Math.floor(at) * unit.length)}\0${text.slice(Math.floor(at) * unit.length)}`;
        const mended = broken.replace("\0", "\ufffd");
        expect(attributes({ broken, list: [broken, "\0"] })).toEqual({
          broken: mended,
          list: [mended, "\ufffd"],
        });
      }
    }
  });

  it("while what was written before and after it stays", () => {
    const given = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `k${index}`,
        `${"x".repeat(index * 7)}\0${"é".repeat(index)}`,
      ]),
    );
    expect(attributes(given)).toEqual(
      Object.fromEntries(Object.entries(given).map(([key, text]) => [key, text.replace("\0", "\ufffd")])),
    );
  });
});

const PARSED = [
  "metadata",
  "langsmith.metadata",
  "retrieval.documents.0.document.metadata",
  "tool.parameters",
  "llm.prompt_template.variables",
  "gen_ai.input.messages",
  "gen_ai.tool.call.arguments",
];

describe("JSON that Phoenix parses", () => {
  it.each(PARSED)("holds only what the databases hold: %s", (key) => {
    const rows = [
      [String.raw`{"a":"x\u0000y"}`, '{"a":"x\ufffdy"}'],
      [String.raw`{"a\u0000":["\u0000\u0000"]}`, '{"a\ufffd":["\ufffd\ufffd"]}'],
      ['{"a":"x\0y","b":1e999}', '{"a":"x\ufffdy","b":"1e999"}'],
      [String.raw`{"a":"x\ud800y\udc00\udc00"}`, '{"a":"x\ufffdy\ufffd\ufffd"}'],
      [String.raw`{"a":"\uD83D\uDE00"}`, String.raw`{"a":"\uD83D\uDE00"}`],
      [String.raw`{"a":"\ud83d\ud83d\ude00"}`, String.raw`{"a":"${"\ufffd"}\ud83d\ude00"}`],
      ['{"a":99999999999999999999}', '{"a":"99999999999999999999"}'],
      ["[9223372036854775808, -9223372036854775809]", '["9223372036854775808", "-9223372036854775809"]'],
      ['{"a":1e400,"b":-1E+300 ,"c":[1e19]}', '{"a":"1e400","b":"-1E+300" ,"c":["1e19"]}'],
      ['{"a":NaN,"b":[Infinity,-Infinity]}', '{"a":"NaN","b":["Infinity","-Infinity"]}'],
      [`{"a":${"9".repeat(100_000)}}`, `{"a":"${"9".repeat(100_000)}"}`],
      ["18446744073709551616", '"18446744073709551616"'],
    ] as const;
    for (const [text, mended] of rows) expect(attributes({ [key]: text })).toEqual({ [key]: mended });
  });

  it("is kept as text where it is nested deeper than the databases go", () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const objects = `${'{"a":'.repeat(300)}1${"}".repeat(300)}`;
    for (const text of [deep, objects]) {
      expect(attributes({ metadata: text })).toEqual({ metadata: JSON.stringify(text) });
    }
  });

  it("stays as it is where it can be held, or is no JSON", () => {
    const rows = [
      "{}",
      "",
      "plain text",
      'he said "99999999999999999999" and 99999999999999999999',
      String.raw`no JSON: "\u0000"`,
      String.raw`{"a":"x\\u0000y","b":"\\\\ud800","c":"\"\n\u0041"}`,
      '{"a":9223372036854775807,"b":-9223372036854775808,"c":0.12345678901234567890123,"d":-1.5e-400,"e":1e18}',
      '{"a":"99999999999999999999 1e999 NaN","b":"Infinity"}',
      `${"[".repeat(100)}${"]".repeat(100)}`,
      '{"a":1',
      String.raw`{"a":"\u00`,
      '"',
      String.raw`"\ `,
      "null",
      "-",
      "[".repeat(300),
    ];
    for (const text of rows) expect(attributes({ metadata: text })).toEqual({ metadata: text });
  });

  it("is not looked for where Phoenix keeps the text", () => {
    const text = String.raw`{"a":"\u0000","b":99999999999999999999}`;
    const keys = ["input.value", "output.value", "llm.invocation_parameters", "llm.tools.0.tool.json_schema"];
    const given = Object.fromEntries(keys.map((key) => [key, text]));
    expect(attributes(given)).toEqual(given);
  });
});

describe("numbers", () => {
  it("beyond 64 bits leave as text, all others as numbers", () => {
    expect(
      attributes({ up: 1e300, down: -(2 ** 70), edge: 2 ** 63, list: [1, 1e20], map: { a: 1e300 } }),
    ).toEqual({
      up: "1e+300",
      down: "-1.1805916207174113e+21",
      edge: "9223372036854776000",
      list: [1, "100000000000000000000"],
      map: { a: "1e+300" },
    });
    const held = { small: 5e-324, none: NaN, endless: -Infinity, million: 1e6, half: 0.5 };
    expect(attributes(held)).toEqual(held);
    expect(attributes({ least: -(2 ** 63), most: 2 ** 63 - 1024 })).toEqual({
      least: -(2n ** 63n),
      most: 2n ** 63n - 1024n,
    });
  });

  it("of tokens leave as text where they are beyond the columns for them", () => {
    const prompt = "llm.token_count.prompt";
    expect(attributes({ [prompt]: 2 ** 31 - 1 })).toEqual({ [prompt]: 2 ** 31 - 1 });
    for (const count of [2 ** 31, 3e9, -(2 ** 40), 1e30, "99999999999999999999", " 3_000_000_000 "]) {
      const left = attributes({ [prompt]: count })[prompt];
      expect(left).toBeTypeOf("string");
      // A text of digits would be read as a number again.
      expect(left).not.toMatch(/^\s*[-+]?[\d_]+\s*$/);
    }
    for (const count of ["12", "many", 5.5, true])
      expect(attributes({ [prompt]: count })).toEqual({ [prompt]: count });
  });
});

it("a kind that is no text, or one that the server fails to look up, leaves as text that it knows", () => {
  const kind = "openinference.span.kind";
  const left = [7, true, ["LLM"], ["a", 1], "7", "--", "", "llm", "TOOL", "链"].map(
    (value) => attributes({ [kind]: value })[kind],
  );
  const unknown = "UNKNOWN";
  expect(left).toEqual([unknown, unknown, "LLM", unknown, unknown, unknown, "", "llm", "TOOL", "链"]);
});

it("bytes leave as base64", () => {
  expect(attributes({ bytes: new Uint8Array([0, 255, 1]), list: [new Uint8Array([1])] })).toEqual({
    bytes: "AP8B",
    list: ["AQ=="],
  });
});

it("what PostgreSQL has in an index is cut in the middle where it is too long for one", () => {
  const id = `head-${"é".repeat(5000)}-tail`;
  for (const key of ["session.id", "gen_ai.conversation.id"]) {
    const left = attributes({ [key]: id, other: id })[key] as string;
    expect(left).toMatch(/^head-é+….*é+-tail$/);
    expect(Buffer.byteLength(left)).toBeLessThanOrEqual(2500);
    expect(attributes({ [key]: "s".repeat(2500) })).toEqual({ [key]: "s".repeat(2500) });
  }
  expect(attributes({ other: id })).toEqual({ other: id });
  const { resource } = sent({ resource: resourceFromAttributes({ "openinference.project.name": id }) });
  expect(Buffer.byteLength(resource["openinference.project.name"] as string)).toBeLessThanOrEqual(2500);
});

describe("keys", () => {
  it("that Phoenix fails to take apart are mended", () => {
    const deep = Array.from({ length: 300 }, () => "a").join(".");
    const left = Object.keys(attributes({ "a.².b": 1, [`a.${"9".repeat(5000)}.b`]: 1, [deep]: 1 }));
    expect(left[0]).toBe("a._².b");
    expect(left[1]).toBe(`a._${"9".repeat(5000)}.b`);
    expect(left[2]!.split(".").length).toBeLessThanOrEqual(100);
    expect(left[2]).toHaveLength(deep.length);
  });

  it("that it takes apart stay", () => {
    const given = { "a.0.b": 1, "m².x": 1, "a.12": 1, "½x": 1, [`${"a.".repeat(80)}b`]: 1 };
    expect(attributes(given)).toEqual(given);
  });
});
