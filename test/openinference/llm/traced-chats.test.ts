// The chats that test:phoenix sends to a real server, read here from the spans themselves and from OTLP.
import { expect, onTestFinished, test } from "vitest";
import { register } from "../../../src/index.ts";
import { useFreshProcess } from "../../support/fresh-process.ts";
import { startOtlpReceiver } from "../../support/otlp-receiver.ts";
import { STREAMED_CHAT, startTracedChats, TOOL_CHAT } from "../../support/traced-chats.ts";

useFreshProcess();

test("a chat with tool calls and a streamed chat arrive over OTLP with messages, model and tokens", async () => {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.stop());
  const provider = register({
    endpoint: `${receiver.httpUrl}/v1/traces`,
    projectName: "chats",
    global: true,
  });
  onTestFinished(() => provider.shutdown());
  const chats = await startTracedChats();
  onTestFinished(() => chats.close());
  await chats.toolChat();
  await chats.streamedChat();
  await provider.forceFlush();
  const spans = await receiver.waitForSpans(2);
  expect(spans.find((span) => span.name === "tool-chat")?.attributes).toMatchObject(TOOL_CHAT);
  expect(spans.find((span) => span.name === "streamed-chat")?.attributes).toMatchObject(STREAMED_CHAT);
});
