import protobuf from "protobufjs/minimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../src/otlp/protobuf-fields.ts";
import { parsePartialSuccess, parseRetryInfo, parseStatusMessage } from "../../src/otlp/trace-response.ts";

const { Writer } = protobuf;

describe("a server's answer", () => {
  it("has no partial success when it is empty, cut short or no protobuf", () => {
    for (const bytes of [[], [0x0a, 7, 0x08], [0xff, 0xff], [0x0a, 0], [0x12, 2, 0x08, 3], [0x08, 3]]) {
      expect(parsePartialSuccess(Uint8Array.from(bytes))).toBeUndefined();
    }
    expect(parsePartialSuccess(Buffer.from("ok, thanks"))).toBeUndefined();
    expect(parsePartialSuccess(new Uint8Array(100_000).fill(0x80))).toBeUndefined();
  });

  it("has a remark with no span rejected, and none rejected by a negative number", () => {
    const answer = (rejected: number, text: string): Uint8Array =>
      Writer.create()
        .uint32(0x0a)
        .fork()
        .uint32(0x08)
        .int64(rejected)
        .uint32(0x12)
        .string(text)
        .ldelim()
        .finish();
    expect(parsePartialSuccess(answer(0, "sampled"))).toEqual({ rejectedSpans: 0, text: "sampled" });
    expect(parsePartialSuccess(answer(300, ""))).toEqual({ rejectedSpans: 300, text: "" });
    expect(parsePartialSuccess(answer(-1, "odd"))).toEqual({ rejectedSpans: 0, text: "odd" });
  });

  it("may be any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const parse of [parsePartialSuccess, parseRetryInfo, parseStatusMessage]) {
          expect(() => parse(bytes)).not.toThrow();
        }
      }),
    );
  });
});

describe("the fields of a message", () => {
  it("are all there, whatever their kind, and make up the message", () => {
    const message = Writer.create()
      .uint32(0x08)
      .uint64(2 ** 40 + 5)
      .uint32(0x11)
      .double(1.5)
      .uint32(0x1d)
      .fixed32(7)
      .uint32(2047 * 8 + 2)
      .string("last")
      .finish();
    const fields = [...fieldsOf(message)];
    expect(fields.map(({ number, value }) => [number, value])).toEqual([
      [1, 2 ** 40 + 5],
      [2, undefined],
      [3, undefined],
      [2047, undefined],
    ]);
    expect(Buffer.from(fields[3]!.content!).toString()).toBe("last");
    expect(Buffer.concat(fields.map(({ whole }) => whole))).toEqual(Buffer.from(message));
  });
});
