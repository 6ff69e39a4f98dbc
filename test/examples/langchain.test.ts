// examples/langchain.ts as a process, with the model server in place of OpenAI.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, SAID, startModelServer, TOKENS } from "../support/model-server.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
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

test("langchain.ts records two runs of a chain, each with one call of the model", async () => {
  const end = await runProgram("examples/langchain.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    OPENAI_BASE_URL: `${models.url}/v1`,
    OPENAI_API_KEY: "key",
  });
  expect(end).toEqual({ status: 0, stdout: `${SAID}\n${SAID}\n`, stderr: "" });
  const spans = await receiver.waitForSpans(8);
  const named = (name: string) => spans.filter((span) => span.name === name);
  expect(named("RunnableSequence")).toHaveLength(2);
  const calls = spans.filter(({ attributes }) => attributes["openinference.span.kind"] === "LLM");
  expect(calls.map(({ name }) => name)).toEqual(["ChatOpenAI", "ChatOpenAI"]);
  for (const { attributes, parentSpanId } of calls) {
    expect(attributes).toMatchObject({
      "llm.input_messages.0.message.content": "Answer in two words.",
      "llm.output_messages.0.message.content": SAID,
      "llm.token_count.total": TOKENS.prompt + TOKENS.completion,
    });
    expect(named("RunnableSequence").map(({ spanId }) => spanId)).toContain(parentSpanId);
  }
});
