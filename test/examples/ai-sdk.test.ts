// examples/ai-sdk.ts as a process: what it prints and what arrives.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { runProgram } from "../support/run-program.ts";

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

test("ai-sdk.ts shows an agent, its calls of the model and its tool", async () => {
  const end = await runProgram("examples/ai-sdk.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
  });
  expect(end).toEqual({ status: 0, stdout: "It is 5 degrees in Oslo.\n", stderr: "" });
  const spans = await receiver.waitForSpans(4);
  expect(spans.map(({ name, attributes }) => [name, attributes["openinference.span.kind"]])).toEqual([
    ["ai.generateText.doGenerate", "LLM"],
    ["weather", "TOOL"],
    ["ai.generateText.doGenerate", "LLM"],
    ["ai.generateText weather-agent", "AGENT"],
  ]);
  for (const { attributes } of spans) {
    expect(attributes).toMatchObject({ "session.id": "session-1", "user.id": "user-1" });
  }
});
