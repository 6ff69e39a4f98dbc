import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { PROJECT_NAME } from "../../src/index.ts";
import { createPrepareSpan } from "../../src/processors/prepare-span.ts";
import { changed, type OutgoingSpan } from "../../src/spans/outgoing-span.ts";
import { endedSpan, endedSpansOf1 } from "../spans/ended-spans.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A span whose resource names its project, with something in every part. */
function ownSpan(projectName = "mine"): ReadableSpan {
  const ended: ReadableSpan[] = [];
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ [PROJECT_NAME]: projectName }),
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void ended.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  provider
    .getTracer("test")
    .startSpan("own", { attributes: { a: 1 } })
    .end();
  return ended[0]!;
}

/** A step that notes in an attribute that it was there, after which others. */
const noting =
  (name: string) =>
  (span: OutgoingSpan): OutgoingSpan =>
    changed(span, {
      attributes: { ...span.attributes, steps: `${String(span.attributes.steps ?? "")}${name} ` },
    });

describe("createPrepareSpan", () => {
  it("gives the live span where nothing applies", () => {
    const prepare = createPrepareSpan({ projectName: "rag" });
    const live = ownSpan();
    expect(prepare(live)).toBe(live);
    expect(prepare(live)).toBe(live);
  });

  it("allocates nothing where nothing applies", () => {
    const prepare = createPrepareSpan({ projectName: "rag" });
    const live = ownSpan();
    const rounds = (count: number): number => {
      let same = 0;
      for (let round = 0; round < count; round++) if (prepare(live) === live) same++;
      return same;
    };
    const bytesOfOne = (): number => {
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      expect(rounds(100_000)).toBe(100_000);
      return (process.memoryUsage().heapUsed - before) / 100_000;
    };
    // The compiler allocates too, for as long as it takes; the smallest object has twelve bytes.
    expect(Math.min(...Array.from({ length: 20 }, bytesOfOne))).toBeLessThan(6);
  });

  it("translates, filters, masks and stamps, in this order, on a whole span", () => {
    const prepare = createPrepareSpan({
      mask: noting("mask"),
      filter: noting("filter"),
      translate: noting("translate"),
      projectName: "rag",
    });
    const span = prepare(endedSpansOf1((tracer) => tracer.startSpan("old").end())[0]!)!;
    expect(span.attributes.steps).toBe("translate filter mask ");
    expect(span.instrumentationScope.name).toBe("old app");
    expect(span.resource.attributes[PROJECT_NAME]).toBe("rag");
  });

  it("leaves the live span as it was", () => {
    const live = endedSpan();
    const { attributes, resource, name } = live;
    const prepare = createPrepareSpan({ mask: (span) => changed(span, { name: "*" }), projectName: "rag" });
    expect(prepare(live)).toMatchObject({ name: "*" });
    expect(live).toMatchObject({ name, attributes: {} });
    expect(live.attributes).toBe(attributes);
    expect(live.resource).toBe(resource);
    expect(resource.attributes).not.toHaveProperty([PROJECT_NAME]);
  });

  it("gives nothing for a filtered span, and asks no further", () => {
    let asked = 0;
    const prepare = createPrepareSpan({
      filter: (span) => (span.name === "own" ? undefined : span),
      mask: (span) => {
        asked++;
        return span;
      },
      projectName: "rag",
    });
    expect(prepare(ownSpan())).toBeUndefined();
    expect(asked).toBe(0);
    expect(prepare(endedSpan("kept"))?.name).toBe("kept");
  });

  it("lets a span's own project win over its resource's, asked of the live span", () => {
    const live = ownSpan();
    const prepare = createPrepareSpan({
      translate: noting("translate"),
      projectOf: (span) => (span === live ? "tenant" : undefined),
      projectName: "rag",
    });
    expect(prepare(live)?.resource.attributes[PROJECT_NAME]).toBe("tenant");
    expect(prepare(ownSpan())?.resource.attributes[PROJECT_NAME]).toBe("mine");
    expect(prepare(endedSpan())?.resource.attributes[PROJECT_NAME]).toBe("rag");
  });

  it("gives spans of one resource and one project one resource, however they alternate", () => {
    const prepare = createPrepareSpan({ projectName: "rag" });
    const [a, b] = [endedSpan("a"), endedSpan("b")];
    const resources = [a, b, a, b].map((span) => prepare(span)!.resource);
    expect(resources[0]).toBe(resources[2]);
    expect(resources[1]).toBe(resources[3]);
    expect(resources[0]).not.toBe(resources[1]);
  });
});
