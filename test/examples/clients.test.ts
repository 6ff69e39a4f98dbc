// examples/openai.ts and examples/anthropic.ts as processes, with a server in place of the models.
import { afterEach, beforeEach, expect, test } from "vitest";
import { SAID, startModelServer, TOKENS, type ModelServer } from "../support/model-server.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { runProgram } from "../support/run-program.ts";

let receiver: OtlpReceiver;
let models: ModelServer;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  models = await startModelServer();
});
afterEach(async () => {
  await receiver.stop();
  await models.close();
});

const kindOf = (attributes: CollectedSpan["attributes"]): string =>
  JSON.stringify(attributes["openinference.span.kind"] ?? "").slice(1, -1);

const namesOf = (spans: readonly CollectedSpan[]): string[] =>
  spans.map(({ name, attributes }) => `${name}: ${kindOf(attributes)}`).toSorted();

/** Each LLM span has what was asked, what came back and its tokens. */
function expectWhole(spans: readonly CollectedSpan[]): void {
  for (const { attributes } of spans) {
    if (attributes["openinference.span.kind"] !== "LLM") continue;
    expect(attributes).toMatchObject({
      "llm.input_messages.0.message.content": expect.stringContaining("cod"),
      "llm.output_messages.0.message.role": "assistant",
      "llm.token_count.total": TOKENS.prompt + TOKENS.completion,
    });
  }
}

test("openai.ts: an answer, a stream, a tool's two calls, an embedding", async () => {
  const end = await runProgram("examples/openai.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: `${models.url}/openai/v1`,
  });
  expect(end).toEqual({ status: 0, stdout: `${SAID}\n${SAID}\n${SAID}\n2\n`, stderr: "" });
  const spans = await receiver.waitForSpans(6);
  const chat = "OpenAI Chat Completions: LLM";
  expect(namesOf(spans)).toEqual([chat, chat, chat, chat, "OpenAI Embeddings: EMBEDDING", "weigh: TOOL"]);
  expectWhole(spans);
});

test("anthropic.ts: an answer, a stream, a tool's two calls; the SDK's own spans become steps", async () => {
  const end = await runProgram("examples/anthropic.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    ANTHROPIC_API_KEY: "sk-ant-test",
    ANTHROPIC_BASE_URL: `${models.url}/anthropic`,
  });
  expect(end).toEqual({ status: 0, stdout: `${SAID}\n${SAID}\n${SAID}\n`, stderr: "" });
  await expect.poll(() => receiver.spans.length).toBeGreaterThanOrEqual(5);
  const ours = receiver.spans.filter(({ attributes }) => ["LLM", "TOOL"].includes(kindOf(attributes)));
  const call = "Anthropic Messages: LLM";
  expect(namesOf(ours)).toEqual([call, call, call, call, "weigh: TOOL"]);
  expectWhole(ours);
});
