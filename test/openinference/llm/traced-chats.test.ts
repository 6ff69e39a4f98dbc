// The chats that test:phoenix sends to a real server, read here from the spans themselves and from OTLP.
import { expect, test } from "vitest";
import { register } from "../../../src/index.ts";
import { startOtlpReceiver } from "../../support/otlp-receiver.ts";
import { STREAMED_CHAT, startTracedChats, TOOL_CHAT } from "../../support/traced-chats.ts";

test("a chat with tool calls and a streamed chat arrive over OTLP with messages, model and tokens", async () => {
  const receiver = await startOtlpReceiver();
  const provider = register({
    endpoint: `${receiver.httpUrl}/v1/traces`,
    projectName: "chats",
    global: true,
  });
  const chats = await startTracedChats();
  await chats.toolChat();
  await chats.streamedChat();
  await provider.forceFlush();
  const spans = await receiver.waitForSpans(2);
  expect(spans.find((span) => span.name === "tool-chat")?.attributes).toMatchObject(TOOL_CHAT);
  expect(spans.find((span) => span.name === "streamed-chat")?.attributes).toMatchObject(STREAMED_CHAT);
  await provider.shutdown();
  await chats.close();
  await receiver.stop();
});
