// examples/llm.ts as a process: what it prints and what arrives.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { runProgram } from "../support/run-program.ts";

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

test("llm.ts records a whole and a streamed answer alike", async () => {
  const end = await runProgram("examples/llm.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
  });
  expect(end).toEqual({ status: 0, stdout: "Paris.\nParis.\n", stderr: "" });
  const spans = await receiver.waitForSpans(2);
  expect(spans.map((span) => span.name).toSorted()).toEqual(["complete", "stream"]);
  for (const span of spans) {
    expect(span.attributes).toMatchObject({
      "openinference.span.kind": "LLM",
      "llm.model_name": "gpt-4o-mini-2024-07-18",
      "llm.invocation_parameters": '{"model":"gpt-4o-mini","temperature":0}',
      "llm.input_messages.1.message.content": "Capital of France?",
      "llm.output_messages.0.message.content": "Paris.",
      "llm.finish_reason": "stop",
      "llm.token_count.total": 27,
    });
  }
});
