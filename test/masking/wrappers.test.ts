// Masking of what wrappers record: under a processor of ours, and alone in another vendor's provider.
import { trace } from "@opentelemetry/api";
import {
  BatchSpanProcessor as StockBatchSpanProcessor,
  NodeTracerProvider,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BatchSpanProcessor,
  getActiveSpan,
  GRPCSpanExporter,
  HTTPSpanExporter,
  register,
  redactSecrets,
  TracerProvider,
  traceChain,
  traceLLM,
  traceTool,
  usingSession,
} from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

const SECRET = "my-secret-text";

/** A call to a model, with a request and an answer of OpenAI's. */
const callModel = () =>
  traceLLM(
    async (_request: unknown) => ({
      model: "gpt-4o",
      choices: [{ message: { role: "assistant", content: `answer ${SECRET}-out` }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    }),
    { name: "llm" },
  )({
    model: "gpt-4o",
    temperature: 0.123,
    messages: [{ role: "user", content: `question ${SECRET}-in` }],
    tools: [{ type: "function", function: { name: "search", description: `tool ${SECRET}-tool` } }],
  });

describe("under a processor of ours", () => {
  let receiver: OtlpReceiver;
  let provider: TracerProvider;
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });
  afterEach(async () => {
    await provider.shutdown();
    await receiver.stop();
  });
  const start = (traceConfig = {}): void => {
    provider = register({ endpoint: receiver.httpUrl, traceConfig });
  };
  const body = async (): Promise<Buffer> => {
    await provider.forceFlush();
    return Buffer.concat(receiver.requests.map((request) => request.body));
  };

  it("hides inputs by the variable alone, without any traceConfig (W2)", async () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    provider = register({ endpoint: receiver.httpUrl });
    await callModel();
    expect((await body()).includes(`${SECRET}-in`)).toBe(false);
    expect((await body()).includes(`${SECRET}-out`)).toBe(true);
    expect(receiver.spans[0]?.attributes["input.value"]).toBe("__REDACTED__");
  });

  it("hides what exceptions, statuses, events and the raw active span carry (W3)", async () => {
    start({ hideInputs: true, hideOutputs: true });
    const failing = traceChain(
      () => {
        const live = trace.getActiveSpan()!;
        live.setAttribute("input.value", SECRET);
        live.setAttributes({ "llm.prompts.0.prompt.text": SECRET, "tool.parameters": SECRET });
        live.addEvent("noted", { "output.value": SECRET });
        getActiveSpan().setRetrievedDocuments([{ content: SECRET }]);
        getActiveSpan().setPromptTemplate({ template: "T", variables: { name: SECRET } });
        throw new Error(SECRET);
      },
      { name: "failing" },
    );
    expect(failing).toThrow(SECRET);
    trace.getTracer("app").startActiveSpan("plain", (span) => {
      span.recordException(new Error(SECRET));
      span.setStatus({ code: 2, message: SECRET });
      span.end();
    });
    expect((await body()).includes(SECRET)).toBe(false);
    expect(receiver.spans.map((span) => span.status)).toMatchObject([
      { message: "__REDACTED__" },
      { message: "__REDACTED__" },
    ]);
  });

  it.each([
    [{ hideLLMTools: true }, `${SECRET}-tool`],
    [{ hideLLMInvocationParameters: true }, "0.123"],
  ])("honours %j in the recorded request too", async (traceConfig, hidden) => {
    start(traceConfig);
    await callModel();
    expect((await body()).includes(hidden)).toBe(false);
    expect((await body()).includes(`${SECRET}-in`)).toBe(true);
    const request = JSON.parse(receiver.spans[0]?.attributes["input.value"] as string);
    expect(request).toMatchObject({ model: "gpt-4o", messages: [{ role: "user" }] });
  });

  it("honours prompts, choices and tools in the recorded values, of a request that was cut too", async () => {
    start({ hidePrompts: true, hideChoices: true, hideLLMTools: true });
    const complete = traceLLM((_request: unknown) => ({ choices: [{ text: `${SECRET}-out` }] }), {
      name: "c",
    });
    complete({ prompt: `${SECRET}-in`, model: "m" });
    traceLLM((_request: unknown) => 1, { name: "cut", maxValueLength: 300 })({
      tools: [{ name: `${SECRET}-tool` }],
      text: "x".repeat(1_000),
    });
    await provider.forceFlush();
    const values = receiver.spans.flatMap(({ attributes }) => [
      attributes["input.value"],
      attributes["output.value"],
    ]);
    expect(values).toEqual(['{"model":"m"}', "{}", expect.stringMatching(/^\{"text":"x+…\[cut/), "1"]);
  });
});

describe("alone in another vendor's provider", () => {
  let recorded: RecordedSpans;
  afterEach(() => recorded.stop());
  const everything = () =>
    JSON.stringify(
      recorded.spans.map(({ attributes, events, status, links }) => ({ attributes, events, status, links })),
    );

  it("records by the variables: values, messages, tools, exceptions, status", async () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    vi.stubEnv("OPENINFERENCE_HIDE_OUTPUTS", "true");
    recorded = recordSpans();
    await callModel();
    await expect(
      traceTool(
        async (_query: string) => {
          trace.getActiveSpan()!.setAttribute("output.value", SECRET);
          trace.getActiveSpan()!.addEvent("noted", { "input.value": SECRET });
          trace.getActiveSpan()!.addLink({
            context: trace.getActiveSpan()!.spanContext(),
            attributes: { "input.value": SECRET },
          });
          throw new Error(SECRET);
        },
        { name: "tool", parameters: { secret: SECRET } },
      )(SECRET),
    ).rejects.toThrow(SECRET);
    expect(everything()).not.toContain(SECRET);
    expect(recorded.attributes("llm")).toMatchObject({
      "openinference.span.kind": "LLM",
      "input.value": "__REDACTED__",
      "output.value": "__REDACTED__",
      "llm.model_name": "gpt-4o",
      "llm.token_count.total": 3,
    });
    expect(recorded.one("tool").status).toEqual({ code: 2, message: "__REDACTED__" });
    expect(recorded.one("tool").events.at(-1)?.attributes).toEqual({
      "exception.type": "Error",
      "exception.message": "__REDACTED__",
      "exception.stacktrace": "__REDACTED__",
    });
  });

  it("records by the traceConfig and the mask of a register() that was called", async () => {
    const provider = register({
      global: false,
      endpoint: "http://127.0.0.1:1",
      traceConfig: { hideLLMTools: true, hideInputText: true },
      mask: redactSecrets({ patterns: [`${SECRET}-out`] }),
    });
    recorded = recordSpans();
    usingSession("s", () => void callModel());
    await new Promise((resolve) => setImmediate(resolve));
    expect(everything()).not.toContain(SECRET);
    expect(recorded.attributes("llm")).toMatchObject({
      "session.id": "s",
      "input.value": "__REDACTED__",
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "__REDACTED__",
      "llm.output_messages.0.message.content": "answer __REDACTED__",
    });
    await provider.shutdown();
  });

  it("redacts a value that messages set later repeat, whatever the kind", () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUT_MESSAGES", "true");
    recorded = recordSpans();
    traceChain(
      (_question: string) => {
        getActiveSpan().setLLM({ inputMessages: [{ role: "user", content: SECRET }] });
      },
      { name: "chain" },
    )(SECRET);
    expect(everything()).not.toContain(SECRET);
  });

  it("leaves the live span raw where a processor of ours sees it", async () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    const receiver = await startOtlpReceiver();
    recorded = recordSpans({ spanProcessors: [new BatchSpanProcessor({ endpoint: receiver.httpUrl })] });
    traceTool((query: string) => query, { name: "tool", parameters: { a: 1 } })("question");
    expect(recorded.attributes("tool")).toMatchObject({
      "input.value": "question",
      "tool.parameters": '{"a":1}',
    });
    await recorded.provider.forceFlush();
    expect(receiver.spans[0]?.attributes["input.value"]).toBe("__REDACTED__");
    expect(receiver.spans[0]?.attributes).not.toHaveProperty("tool.parameters");
    await receiver.stop();
  });

  it("costs nothing where nothing is hidden: the span is the provider's own", () => {
    recorded = recordSpans();
    let active: unknown;
    traceChain(() => void (active = trace.getActiveSpan()), { name: "chain" })();
    expect(active).toBe(recorded.one("chain"));
  });
});

it("the verbose details name what is hidden, and by which source", async () => {
  vi.stubEnv("OPENINFERENCE_HIDE_OUTPUTS", "true");
  vi.stubEnv("OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH", "100");
  const lines: string[] = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  const provider = new TracerProvider({
    verbose: true,
    traceConfig: { hideInputs: true },
    mask: redactSecrets(),
  });
  const text = lines.join("\n");
  expect(text).toContain("hideInputs  (option traceConfig.hideInputs)");
  expect(text).toContain("hideOutputs  (OPENINFERENCE_HIDE_OUTPUTS)");
  expect(text).toContain("base64 images over 100 characters  (OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH)");
  expect(text).toContain("(option mask)");
  await provider.shutdown();
});

it.each([HTTPSpanExporter, GRPCSpanExporter])(
  "%o alone in a stock processor masks by the variables",
  async (Exporter) => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    const receiver = await startOtlpReceiver();
    const endpoint = Exporter === GRPCSpanExporter ? receiver.grpcUrl : receiver.httpUrl;
    const provider = new NodeTracerProvider({
      spanProcessors: [new StockBatchSpanProcessor(new Exporter({ endpoint }))],
    });
    const attributes = { "input.value": SECRET, "output.value": "out" };
    provider.getTracer("app").startSpan("span", { attributes }).end();
    await provider.shutdown();
    expect(receiver.spans.map((span) => span.attributes)).toEqual([
      { "input.value": "__REDACTED__", "output.value": "out" },
    ]);
    await receiver.stop();
  },
);
