// What is told and not thrown is a failure; what frameworks throw to steer the program is none.
import Anthropic from "@anthropic-ai/sdk";
import * as ai6 from "ai";
import * as ai4 from "ai4";
import * as ai5 from "ai5";
import * as ai7 from "ai7";
import { createOpenAI as createOpenAI6 } from "@ai-sdk/openai";
import { createOpenAI as createOpenAI4 } from "ai4-openai";
import { createOpenAI as createOpenAI5 } from "ai5-openai";
import { createOpenAI as createOpenAI7 } from "ai7-openai";
import OpenAI from "openai";
import OpenAI4 from "openai4";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SpanStatusCode } from "@opentelemetry/api";
import { traceAgent, traceChain, traceLLM } from "../../../src/index.ts";
import { startLlmServer, typedEvents, type LlmServer } from "../../support/llm-server.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";

let server: LlmServer;
let recorded: RecordedSpans;
beforeAll(async () => {
  server = await startLlmServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

/** What `act` throws, as it is. */
function catching(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

function expectFailure(message: string | RegExp, name?: string): void {
  const span = recorded.one(name);
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.status.message).toMatch(message);
  expect(span.events.map((event) => event.name)).toEqual(["exception"]);
}

const chunk = {
  id: "c1",
  object: "chat.completion.chunk",
  model: "gpt-4o-mini",
  choices: [{ index: 0, delta: { role: "assistant", content: "Half" }, finish_reason: null }],
};
const ASK = {
  model: "gpt-4o-mini",
  messages: [{ role: "user" as const, content: "hi" }],
  stream: true as const,
};
const options = () => ({ apiKey: "k", baseURL: `${server.url}/v1`, maxRetries: 0 });

describe("a stream that breaks while it is read", () => {
  test.each([
    ["openai", () => new OpenAI(options()).chat.completions.create(ASK)],
    ["openai4", () => new OpenAI4(options()).chat.completions.create(ASK)],
  ])("of %s fails the span with what the reader got", async (_sdk, open) => {
    server.reply({
      events: [{ data: chunk }, { data: { error: { message: "busy", code: "server_error" } } }],
    });
    const read = async (): Promise<void> => {
      for await (const part of await traceLLM(open, { name: "ask" })()) void part;
    };
    await expect(read()).rejects.toThrow("busy");
    expectFailure("busy");
    expect(recorded.attributes("ask")["output.value"]).toBe("Half");
  });

  test("of anthropic, too", async () => {
    server.reply(typedEvents({ type: "error", error: { type: "overloaded_error", message: "busy" } }));
    const anthropic = new Anthropic(options());
    const ask = { model: "claude-test", max_tokens: 9, messages: ASK.messages, stream: true as const };
    const read = async (): Promise<void> => {
      for await (const part of await traceLLM(() => anthropic.messages.create(ask), { name: "ask" })()) {
        void part;
      }
    };
    await expect(read()).rejects.toThrow("busy");
    expectFailure("busy", "ask");
  });
});

/** What the test needs of every version. */
type StreamText = (request: {
  readonly model: never;
  readonly prompt: string;
  readonly maxRetries: number;
  readonly onError: () => void;
}) => { readonly fullStream: AsyncIterable<{ readonly type: string }> };

const VERSIONS: Readonly<Record<string, { streamText: unknown; model: () => unknown }>> = {
  ai4: { streamText: ai4.streamText, model: () => createOpenAI4(options()).chat("gpt-4o-mini") },
  ai5: { streamText: ai5.streamText, model: () => createOpenAI5(options()).chat("gpt-4o-mini") },
  ai6: { streamText: ai6.streamText, model: () => createOpenAI6(options()).chat("gpt-4o-mini") },
  ai7: { streamText: ai7.streamText, model: () => createOpenAI7(options()).chat("gpt-4o-mini") },
};

describe.each(Object.entries(VERSIONS))("an error part of %s", (_version, { streamText, model }) => {
  test.each([
    ["refused", "refused"],
    ["broken in mid-stream", "overloaded"],
  ])("of a call that was %s fails the span", async (how, message) => {
    const error = { error: { message: "overloaded", type: "server_error" } };
    if (how === "refused") server.reply();
    else server.reply({ events: [{ data: chunk }, { data: error }] });
    const request = { model: model() as never, prompt: "hi", maxRetries: 0, onError: () => {} };
    const result = traceLLM(streamText as StreamText, { name: "ask" })(request);
    const types: string[] = [];
    for await (const part of result.fullStream) types.push(part.type);
    expect(types).toContain("error");
    expectFailure(how === "refused" ? /./ : message, "ask");
  });
});

describe("an answer that tells a failure", () => {
  const failed = {
    id: "r",
    object: "response",
    status: "failed",
    output: [],
    error: { code: "server_error", message: "Stumbled." },
  };

  test("as a whole fails an LLM span, which has it as its output", async () => {
    await traceLLM(async () => failed, { name: "ask" })();
    expectFailure("Stumbled.");
    expect(recorded.attributes("ask")["output.value"]).toContain("Stumbled.");
    expect(recorded.one("ask").events[0]?.attributes?.["exception.type"]).toBe("server_error");
  });

  test.each<[string, unknown, string]>([
    ["of OpenAI Responses", { type: "response.failed", response: failed }, "Stumbled."],
    ["of OpenAI Responses by an event", { type: "error", code: "x", message: "Fell." }, "Fell."],
    ["of the AI SDK", { type: "error", error: new Error("Fell.") }, "Fell."],
    ["of the AI SDK's messages", { type: "error", errorText: "Fell." }, "Fell."],
    ["of Anthropic", { type: "error", error: { type: "overloaded_error", message: "Fell." } }, "Fell."],
    [
      "of OpenRouter",
      { choices: [{ finish_reason: "error" }], error: { code: 502, message: "Fell." } },
      "Fell.",
    ],
    ["of Bedrock", { throttlingException: { message: "Fell." } }, "Fell."],
    [
      "of Claude's Agent SDK",
      { type: "result", is_error: true, subtype: "error_max_turns" },
      "error_max_turns",
    ],
  ])("by a chunk %s fails the span at its end", async (_provider, told, message) => {
    const traced = traceLLM(async function* () {
      yield { type: "start" };
      yield told;
    });
    for await (const part of traced()) void part;
    expectFailure(message);
    expect(recorded.one().ended).toBe(true);
  });

  test.each([
    ["without an error", { id: "r", object: "response", status: "completed", output: [], error: null }],
    ["with a status of its own", { status: "failed", job: 3 }],
    ["with an error among its words", { error: "", message: "no error" }],
  ])("%s tells none", async (_what, answer) => {
    await traceLLM(async () => answer)();
    expect(recorded.one().status.code).toBe(SpanStatusCode.OK);
  });

  test("is no affair of a function that calls no model", async () => {
    await traceChain(async () => ({ error: { message: "validation" } }))();
    expect(recorded.one().status.code).toBe(SpanStatusCode.OK);
  });
});

describe("a signal of a framework", () => {
  const digest = (text: string) => Object.assign(new Error(text), { digest: text });

  test.each<[string, unknown]>([
    ["Next's redirect()", digest("NEXT_REDIRECT;replace;/x;307;")],
    ["Next's notFound()", digest("NEXT_HTTP_ERROR_FALLBACK;404")],
    ["Next's notFound() of older versions", digest("NEXT_NOT_FOUND")],
    ["React's suspense", Promise.resolve()],
    ["Remix's redirect()", new Response(null, { status: 302, headers: { location: "/x" } })],
    ["SvelteKit's redirect()", { status: 303, location: "/x" }],
    ["LangGraph's interrupt()", Object.assign(new Error("wait"), { name: "GraphInterrupt" })],
  ])("is no failure: %s", async (_signal, thrown) => {
    const act = traceAgent(
      () => {
        throw thrown;
      },
      { name: "act" },
    );
    expect(catching(act)).toBe(thrown);
    const span = recorded.one("act");
    expect([span.status.code, span.events.length]).toEqual([SpanStatusCode.OK, 0]);
  });

  test.each<[string, unknown]>([
    ["an error with a digest of its own", digest("1234567")],
    ["a response that says the server failed", new Response(null, { status: 500 })],
  ])("%s is a failure", (_what, thrown) => {
    const act = traceAgent(() => {
      throw thrown;
    });
    expect(catching(act)).toBe(thrown);
    expect(recorded.one().status.code).toBe(SpanStatusCode.ERROR);
  });
});
