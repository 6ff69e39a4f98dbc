// Calls the AI SDK of version VERSION with its own mock models: whole, streamed, with a tool, failing, two at a time.
const { VERSION, PASS_TELEMETRY, OTHER } = process.env;
const ai = await import(VERSION === "7" ? "ai7" : "ai");
const mocks = await import(VERSION === "7" ? "ai7/test" : "ai/test");
const Model = VERSION === "7" ? mocks.MockLanguageModelV4 : mocks.MockLanguageModelV3;

// An integration of somebody's that traces, as @ai-sdk/otel's do, holds a tracer.
if (OTHER === "true") {
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS ??= [];
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS.push({ tracer: { startSpan() {} } });
}

const usage = {
  inputTokens: { total: 20, noCache: 15, cacheRead: 5, cacheWrite: undefined },
  outputTokens: { total: 7, text: 4, reasoning: 3 },
};
const stop = { unified: "stop", raw: "stop" };
const answer = (content, finishReason = stop) => ({
  content,
  finishReason,
  usage,
  warnings: [],
  response: { id: "r1", modelId: "mock-2024" },
});
const text = (said) => [{ type: "text", text: said }];
const model = (...answers) => new Model({ doGenerate: async () => answers.shift() });
const streaming = (said) =>
  new Model({
    doStream: async () => ({
      stream: ai.simulateReadableStream({
        chunks: [
          { type: "stream-start", warnings: [] },
          { type: "text-start", id: "1" },
          { type: "text-delta", id: "1", delta: said },
          { type: "text-end", id: "1" },
          { type: "finish", finishReason: stop, usage },
        ],
      }),
      request: { body: JSON.stringify({ said }) },
    }),
  });
const telemetry = PASS_TELEMETRY === "true" ? { experimental_telemetry: { isEnabled: true } } : {};

const whole = await ai.generateText({
  model: model(answer(text("Oslo."))),
  system: "Be short.",
  prompt: "Where?",
  ...telemetry,
});
console.log(whole.text);

const call = { type: "tool-call", toolCallId: "t1", toolName: "weigh", input: '{"what":"cod"}' };
const weighed = await ai.generateText({
  model: model(answer([call], { unified: "tool-calls", raw: "tool_calls" }), answer(text("Three kilos."))),
  tools: {
    weigh: ai.tool({
      description: "Weighs.",
      inputSchema: ai.jsonSchema({ type: "object", properties: { what: { type: "string" } } }),
      execute: async ({ what }) => `${what}: 3 kg`,
    }),
  },
  stopWhen: ai.stepCountIs(3),
  messages: [{ role: "user", content: "How heavy?" }],
  ...telemetry,
});
console.log(weighed.text);

const read = async (said) => {
  let all = "";
  for await (const piece of ai.streamText({ model: streaming(said), prompt: said, ...telemetry }).textStream)
    all += piece;
  return all;
};
console.log((await Promise.all([read("first"), read("second")])).join());

const failing = new Model({
  doGenerate: async () => {
    throw new Error("model down");
  },
});
await ai
  .generateText({ model: failing, prompt: "Fail.", maxRetries: 0, ...telemetry })
  .catch((error) => console.log(error.message));
