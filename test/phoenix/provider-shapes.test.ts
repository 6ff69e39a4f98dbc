// One chat of each provider's shape, read back from a real server: who was asked, what was said, its tokens and its cost.
import { afterAll, beforeAll, expect, test } from "vitest";
import { register } from "../../src/index.ts";
import type { StoredCost, StoredSpan } from "../support/phoenix-rest.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";
import { ANSWER, PROVIDER_CHATS, type ProviderChat, QUESTION, TOKENS } from "./provider-chats.ts";

const PROJECT = "provider-shapes";
const CHATS = Object.entries(PROVIDER_CHATS);
const PRICED = CHATS.filter(([, chat]) => chat.isPriced).map(([name]) => name);
const UNPRICED = CHATS.filter(([, chat]) => !chat.isPriced);

let phoenix: PhoenixServer;
let answers: Map<string, unknown>;
let stored: Map<string, StoredSpan>;
let costs: Map<string, StoredCost>;

/** Traces each chat once, and gives what its caller got. */
async function traceChats(
  projectName: string,
  chats: readonly (readonly [name: string, chat: ProviderChat])[],
): Promise<Map<string, unknown>> {
  const endpoint = phoenix.httpUrl;
  const provider = register({ endpoint, protocol: "http/protobuf", projectName, global: false });
  const tracer = provider.getTracer("chats");
  const given = new Map<string, unknown>();
  for (const [name, { request, response }] of chats) {
    const chat = tracer.llm((_request: unknown) => Promise.resolve(response), { name });
    given.set(name, await chat(request));
  }
  await provider.shutdown();
  return given;
}

beforeAll(async () => {
  phoenix = await startPhoenix();
  answers = await traceChats(PROJECT, CHATS);
  const spans = await phoenix.rest.waitForSpans(PROJECT, CHATS.length);
  stored = new Map(spans.map((span) => [span.name, span]));
  costs = await phoenix.rest.until(
    () => phoenix.rest.costs(PROJECT),
    (found) => PRICED.every((name) => found.has(name)),
  );
});
afterAll(async () => {
  await phoenix?.remove();
});

test.each(CHATS)("a chat of %s: its model, provider, messages, tokens and own cost", (name, chat) => {
  expect(answers.get(name)).toBe(chat.response);
  const span = stored.get(name);
  expect(span).toMatchObject({
    span_kind: "LLM",
    status_code: "OK",
    attributes: {
      "llm.model_name": chat.model,
      "llm.provider": chat.provider,
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": QUESTION,
      "llm.output_messages.0.message.content": ANSWER,
      "llm.token_count.prompt": TOKENS.prompt,
      "llm.token_count.completion": TOKENS.completion,
      "llm.token_count.total": TOKENS.total,
    },
  });
  expect(span?.attributes["llm.cost.total"]).toBe(chat.cost);
});

test.each(PRICED)("the server prices a chat of %s by its own list", (name) => {
  const { prompt = 0, completion = 0, total } = costs.get(name) ?? {};
  expect(prompt).toBeGreaterThan(0);
  expect(completion).toBeGreaterThan(0);
  expect(total).toBeCloseTo(prompt + completion, 9);
});

test("the server prices models that its list lacks as its user says", async () => {
  for (const [, { model }] of UNPRICED) await phoenix.rest.setPrice(model, { prompt: 2, completion: 10 });
  const project = `${PROJECT} with prices of the user`;
  // It reads prices every few seconds and applies them to what comes then: chats are sent until one is priced.
  const found = await phoenix.rest.until(
    async () => {
      await traceChats(project, UNPRICED);
      return await phoenix.rest.costs(project);
    },
    (priced) => UNPRICED.every(([name]) => priced.has(name)),
  );
  const cost = { prompt: 0.002, completion: 0.002, total: 0.004 };
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(UNPRICED.map(([name]) => [name, cost])));
});
