// What Phoenix's databases cannot hold, on its way through our processors: to a server, and to somebody else's exporter.
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { expect, it } from "vitest";
import { BatchSpanProcessor } from "../../src/index.ts";
import { startOtlpReceiver } from "../support/otlp-receiver.ts";

const BROKEN = {
  name: "a\0b",
  attributes: { "key\0": ["\0"], metadata: String.raw`{"a":"\u0000","n":99999999999999999999}`, big: 1e300 },
};
const HELD = {
  name: "a\ufffdb",
  attributes: {
    "key\ufffd": ["\ufffd"],
    metadata: '{"a":"\ufffd","n":"99999999999999999999"}',
    big: "1e+300",
  },
};

it("leaves so that they can, while others see the live span as it was", async () => {
  const receiver = await startOtlpReceiver();
  const foreign = new InMemorySpanExporter();
  const live = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    spanProcessors: [
      new BatchSpanProcessor({ endpoint: receiver.httpUrl }),
      new BatchSpanProcessor(foreign),
      new SimpleSpanProcessor(live),
    ],
  });
  const span = provider.getTracer("test").startSpan(BROKEN.name, { attributes: BROKEN.attributes });
  span.addEvent("first\0", { "key\0": "\0" });
  span.addLink({ context: span.spanContext(), attributes: { "key\0": "\0" } });
  span.setStatus({ code: 2, message: "no\0" });
  span.end();
  provider
    .getTracer("test")
    .startSpan("plain", { attributes: { a: 1 } })
    .end();
  await provider.forceFlush();
  const inside = {
    events: [{ name: "first\ufffd", attributes: { "key\ufffd": "\ufffd" } }],
    status: { message: "no\ufffd" },
  };
  expect(receiver.spans[0]).toMatchObject({ ...HELD, ...inside });
  const [handed, plain] = foreign.getFinishedSpans();
  expect(handed).toMatchObject({ ...HELD, ...inside, links: [{ attributes: { "key\ufffd": "\ufffd" } }] });
  expect(plain?.attributes).toEqual({ a: 1 });
  expect(live.getFinishedSpans()[0]).toMatchObject(BROKEN);
  await provider.shutdown();
  await receiver.stop();
});
