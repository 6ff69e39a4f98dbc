import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { encodeSpan } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner, resourcesReady } from "../../src/otlp/join-request.ts";

type Resource = ReadableSpan["resource"];

function spanOf(resource: Resource): ReadableSpan {
  const span = new NodeTracerProvider({ resource }).getTracer("joined").startSpan("one");
  span.end();
  return span as unknown as ReadableSpan;
}

describe("createRequestJoiner", () => {
  it("reads async resource attributes when the request is built, not when the span ended", async () => {
    let found = (_value: string): void => {};
    const region = new Promise<string>((resolve) => (found = resolve));
    const span = encodeSpan(spanOf(resourceFromAttributes({ "cloud.region": region, fixed: 1 })));
    const join = createRequestJoiner();
    expect(decodeSpans(join([span])).at(0)!.resource).toEqual({ fixed: 1 });
    const ready = resourcesReady([span]);
    expect(ready).toBeInstanceOf(Promise);
    found("eu-north-1");
    await ready;
    expect(resourcesReady([span])).toBeUndefined();
    expect(decodeSpans(join([span])).at(0)!.resource).toEqual({ "cloud.region": "eu-north-1", fixed: 1 });
  });

  it("asks for a resource's attributes once, however many requests it is in", () => {
    let asked = 0;
    const join = createRequestJoiner();
    const resource = Object.create(resourceFromAttributes({}), {
      attributes: {
        get: () => {
          asked++;
          return { fixed: 1 };
        },
      },
    }) as Resource;
    const span = encodeSpan(spanOf(resource));
    join([span, span]);
    expect(decodeSpans(join([span]))[0]?.resource).toEqual({ fixed: 1 });
    expect(asked).toBe(1);
  });

  it("builds a large request in the memory of one that is done with, and a larger one in its own", () => {
    const long = spanOf(resourceFromAttributes({ fixed: 1 }));
    Object.assign(long.attributes, { text: "x".repeat(30_000) });
    const span = encodeSpan(long);
    const join = createRequestJoiner();
    const first = join([span, span, span, span]);
    const expected = Buffer.from(join([span, span, span]));
    const second = join([span, span, span], first);
    expect(second.buffer).toBe(first.buffer);
    expect(expected.equals(second)).toBe(true);
    const larger = join(
      Array.from({ length: 9 }, () => span),
      second,
    );
    expect(larger.buffer).not.toBe(first.buffer);
    expect(decodeSpans(larger)).toHaveLength(9);
  });

  it("builds an empty request of no spans", () => {
    expect(createRequestJoiner()([]).byteLength).toBe(0);
  });
});
