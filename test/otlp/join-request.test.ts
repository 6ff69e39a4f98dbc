import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { encodeSpan } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner, resourcesReady } from "../../src/otlp/join-request.ts";
import { withProject } from "../../src/otlp/with-project.ts";

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

  it("stamps the project onto resources that lack one, and leaves one that is there", () => {
    const join = createRequestJoiner(withProject("rag"));
    const plain = encodeSpan(spanOf(resourceFromAttributes({ "service.name": "shop" })));
    const own = encodeSpan(spanOf(resourceFromAttributes({ "openinference.project.name": "mine" })));
    expect(decodeSpans(join([plain, own])).map(({ resource }) => resource)).toEqual([
      { "service.name": "shop", "openinference.project.name": "rag" },
      { "openinference.project.name": "mine" },
    ]);
  });

  it("asks for a resource's attributes once, however many requests it is in", () => {
    let asked = 0;
    const join = createRequestJoiner(({ attributes }) => {
      asked++;
      return attributes;
    });
    const span = encodeSpan(spanOf(resourceFromAttributes({ fixed: 1 })));
    join([span, span]);
    join([span]);
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
