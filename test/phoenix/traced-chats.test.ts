// A chat with tool calls and a streamed chat, stored by a real Phoenix server and read back through REST.
import { trace } from "@opentelemetry/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { register } from "../../src/index.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";
import { STREAMED_CHAT, startTracedChats, TOOL_CHAT } from "../support/traced-chats.ts";

let phoenix: PhoenixServer;
beforeAll(async () => {
  phoenix = await startPhoenix();
});
afterAll(async () => {
  trace.disable();
  await phoenix.remove();
});

test("a traced chat with tool calls and a streamed chat are stored with messages, tools, model and tokens", async () => {
  const provider = register({ endpoint: `${phoenix.httpUrl}/v1/traces`, projectName: "chats" });
  const chats = await startTracedChats();
  await chats.toolChat();
  await chats.streamedChat();
  await chats.close();
  await provider.forceFlush();
  const stored = await phoenix.rest.waitForSpans("chats", 2);
  const attributesOf = (name: string) => stored.find((span) => span.name === name)?.attributes;
  expect(stored.map((span) => span.span_kind)).toEqual(["LLM", "LLM"]);
  expect(attributesOf("tool-chat")).toMatchObject(TOOL_CHAT);
  expect(attributesOf("streamed-chat")).toMatchObject(STREAMED_CHAT);
  await provider.shutdown();
});
