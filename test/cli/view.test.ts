import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { expect, onTestFinished, test } from "vitest";
import { startView, type View, type ViewOptions } from "../../src/cli/view.ts";

const start = async (options: Partial<ViewOptions> = {}): Promise<{ view: View; written: string[] }> => {
  const written: string[] = [];
  const view = await startView({
    httpPort: 0,
    grpcPort: 0,
    write: (text) => void written.push(text),
    ...options,
  });
  if (!("stop" in view)) throw new Error(JSON.stringify(view));
  onTestFinished(() => view.stop());
  return { view, written };
};

const encodedTrace = (name: string): Buffer<ArrayBuffer> => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.getTracer("test").startSpan(name).end();
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? []);
};

const post = (view: View, body: Buffer<ArrayBuffer> | string): Promise<Response> =>
  fetch(`${view.httpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body,
  });

test("writes a finished trace, after which it is settled", async () => {
  const { view, written } = await start({ width: () => 60 });
  await post(view, encodedTrace("one"));
  await post(view, encodedTrace("two"));
  expect(written).toEqual([]);
  await view.settled();
  expect(written).toHaveLength(2);
  expect(written[0]).toMatch(/^default {2}[^]*SPAN one /);
});

test("asks for the width at every trace", async () => {
  let width = 60;
  const { view, written } = await start({ width: () => width });
  await post(view, encodedTrace("x"));
  await view.settled();
  width = 80;
  await post(view, encodedTrace("x"));
  await view.settled();
  const bars = written.map((text) => /━+/.exec(text)?.[0].length ?? 0);
  expect((bars[1] ?? 0) - (bars[0] ?? 0)).toBe(20);
});

test("stop writes what is not finished and gives the ports back", async () => {
  const { view, written } = await start();
  await post(view, encodedTrace("cut short"));
  await view.stop();
  expect(written.join("")).toContain("SPAN cut short");
  await expect(post(view, encodedTrace("too late"))).rejects.toThrow("fetch failed");
  const ports = {
    httpPort: Number(new URL(view.httpUrl).port),
    grpcPort: Number(new URL(view.grpcUrl).port),
  };
  expect((await start(ports)).view.httpUrl).toBe(view.httpUrl);
});

test("answers as Phoenix does when it is full, and 400 to what is no request", async () => {
  let full = true;
  const { view, written } = await start({ isFull: () => full });
  const refused = await post(view, encodedTrace("x"));
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain("at capacity");
  full = false;
  expect((await post(view, "<html>")).status).toBe(400);
  expect((await post(view, encodedTrace("x"))).status).toBe(200);
  await view.settled();
  expect(written).toHaveLength(1);
});

test("writes JSON that holds every value, on one line that a terminal cannot obey", async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const attributes = { text: "a\u001B[31m\u009B\u202E\u2028\n", list: [1, 2], "not a number": Number.NaN };
  const startTime = 1_767_322_845_123;
  provider
    .getTracer("test")
    .startSpan("span", { startTime, attributes })
    .end(startTime + 1.5);
  const { view, written } = await start({ json: true });
  await post(view, Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? []));
  await view.settled();
  const [line] = written;
  expect(line).toMatch(/^[^\p{Cc}\u2028\u202E]*\n$/u);
  expect(JSON.parse(line ?? "")).toMatchObject({
    project: "default",
    startTime: "2026-01-02T03:00:45.123Z",
    durationMillis: 1.5,
    spans: [
      {
        startTimeNanos: "1767322845123000000",
        endTimeNanos: "1767322845124500000",
        attributes: { ...attributes, "not a number": "NaN" },
        scope: { name: "test" },
      },
    ],
  });
});
