// What traceClient makes of one client, and what it leaves alone.
import OpenAI, { AzureOpenAI } from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { Mistral } from "@mistralai/mistralai";
import { CohereClient } from "cohere-ai";
import Groq from "groq-sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { suppressTracing, traceChain, traceClient, usingSession } from "../../src/index.ts";
import { context } from "@opentelemetry/api";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";
import { SAID, startModelServer, type ModelServer } from "../support/model-server.ts";
import { useFreshProcess } from "../support/fresh-process.ts";

useFreshProcess();

let server: ModelServer;
let recorded: RecordedSpans;
let printed: string[];
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
  printed = [];
  vi.spyOn(console, "warn").mockImplementation((line: string) => void printed.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await recorded.stop();
});

const openAi = (): OpenAI =>
  new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/openai/v1`, maxRetries: 0 });
const request: OpenAI.ChatCompletionCreateParamsNonStreaming = {
  model: "gpt-4o",
  messages: [{ role: "user", content: "How heavy?" }],
};

describe("the client", () => {
  test("stays the same object of the same class and type, with its members as they were", () => {
    const client = openAi();
    const keys = Object.keys(client);
    const traced = traceClient(client);
    expectTypeOf(traced).toEqualTypeOf<OpenAI>();
    expect(traced).toBe(client);
    expect(traced).toBeInstanceOf(OpenAI);
    expect(Object.keys(traced)).toEqual(keys);
    expect(Object.keys(traced.chat.completions)).toEqual(Object.keys(openAi().chat.completions));
    const [ours, theirs] = [traced, openAi()].map(({ chat }) => chat.completions);
    expect(ours?.create.name).toBe("create");
    expect(ours?.create.length).toBe(theirs?.create.length);
    expect(printed).toEqual([]);
  });

  test("is traced once, however often it is given", async () => {
    await traceClient(traceClient(openAi())).chat.completions.create(request);
    expect(recorded.spans).toHaveLength(1);
  });

  test("leaves other clients of its class alone", async () => {
    traceClient(openAi());
    await openAi().chat.completions.create(request);
    expect(recorded.spans).toEqual([]);
  });

  test("gives copies by withOptions() that are traced, too", async () => {
    const copy = traceClient(openAi()).withOptions({ timeout: 10_000 }).withOptions({ maxRetries: 0 });
    expect(copy).toBeInstanceOf(OpenAI);
    await copy.chat.completions.create(request);
    const anthropic = new Anthropic({
      apiKey: "a",
      baseURL: `${server.url}/anthropic`,
      openTelemetry: false,
    });
    await traceClient(anthropic)
      .withOptions({ maxRetries: 0 })
      .messages.create({ model: "claude-x", max_tokens: 9, messages: [{ role: "user", content: "hi" }] });
    expect(recorded.spans.map(({ name }) => name)).toEqual(["OpenAI Chat Completions", "Anthropic Messages"]);
  });

  test("may be of a class of the program's own, with private members", async () => {
    class Counting extends OpenAI {
      #count = 0;
      get [Symbol.toStringTag](): string {
        return "Counting";
      }
      ask(): Promise<OpenAI.ChatCompletion> {
        this.#count++;
        return this.chat.completions.create(request);
      }
      get count(): number {
        return this.#count;
      }
    }
    const client = traceClient(new Counting({ apiKey: "sk", baseURL: `${server.url}/openai/v1` }));
    await client.ask();
    expect(client.count).toBe(1);
    expect(recorded.spans).toHaveLength(1);
  });

  test("has resources that getters make when they are asked for", async () => {
    const mistral = traceClient(new Mistral({ apiKey: "key", serverURL: `${server.url}/mistral` }));
    await mistral.chat.complete({ model: "m", messages: [{ role: "user", content: "hi" }] });
    const cohere = traceClient(new CohereClient({ token: "t", environment: `${server.url}/cohere` }));
    await cohere.v2.chat({ model: "c", messages: [{ role: "user", content: "hi" }] });
    expect(recorded.spans.map(({ name }) => name)).toEqual(["Mistral Chat", "Cohere Chat"]);
  });

  test("can have methods replaced by the program after that", async () => {
    const client = traceClient(openAi());
    const create: unknown = Reflect.get(client.chat.completions, "create");
    const spy = vi.spyOn(client.chat.completions, "create");
    await client.chat.completions.create(request);
    expect(spy).toHaveBeenCalledOnce();
    spy.mockRestore();
    expect(Reflect.get(client.chat.completions, "create")).toBe(create);
    expect(recorded.spans).toHaveLength(1);
  });

  test("works where there is no provider", async () => {
    await recorded.stop();
    const answer = await traceClient(openAi()).chat.completions.create(request);
    expect(answer.choices[0]?.message.content).toBe(SAID);
  });
});

describe("what is no client comes back untouched, with one line", () => {
  class Unknown {
    readonly chat = { completions: {} };
  }
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error("hostile");
      },
    },
  );
  test.each<[what: string, value: unknown, says: string]>([
    ["an object of another class", new Unknown(), "an object of the class Unknown"],
    ["a literal", {}, "an object"],
    ["a class in place of a client", OpenAI, 'the function or class "OpenAI" in place of a client'],
    ["null", null, "null"],
    ["undefined", undefined, "a value of type undefined"],
    ["a text", "client", "a value of type string"],
    ["what throws at every look", hostile, "an object"],
  ])("%s", (_what, value, says) => {
    expect(traceClient(value)).toBe(value);
    expect(traceClient(value)).toBe(value);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^PHX503 /);
    expect(printed[0]).toContain(says);
  });

  test("a frozen client", () => {
    const client = openAi();
    for (const resource of [
      client.chat.completions,
      client.completions,
      client.responses,
      client.embeddings,
    ]) {
      Object.freeze(resource);
    }
    for (const resource of [client.images, client.audio.speech, client.audio.transcriptions])
      Object.freeze(resource);
    Object.freeze(client.audio.translations);
    expect(traceClient(client)).toBe(client);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^PHX504 .* openai/);
  });
});

describe("the span", () => {
  test("stands in the trace of the program, with what the context says", async () => {
    const client = traceClient(openAi());
    const answer = traceChain(() => client.chat.completions.create(request), { name: "answer" });
    await usingSession("s-1", answer);
    const [inner, outer] = recorded.spans;
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.attributes).toMatchObject({ "session.id": "s-1" });
  });

  test("is none where tracing is suppressed", async () => {
    await context.with(suppressTracing(context.active()), () =>
      traceClient(openAi()).chat.completions.create(request),
    );
    expect(recorded.spans).toEqual([]);
  });

  test("says what the options say", async () => {
    const client = traceClient(openAi(), {
      provider: "my-cluster",
      captureInput: false,
      captureOutput: false,
      attributes: { "my.team": "fish" },
    });
    await client.withOptions({ timeout: 9_000 }).chat.completions.create(request);
    expect(recorded.one().attributes).toMatchObject({
      "llm.provider": "my-cluster",
      "llm.model_name": "gpt-4o",
      "llm.token_count.total": 17,
      "my.team": "fish",
    });
    expect(recorded.one().attributes).not.toHaveProperty(["input.value"]);
    expect(JSON.stringify(recorded.one().attributes)).not.toContain(SAID);
  });

  test("has no settings of the call: headers may hold a key", async () => {
    const headers = { "x-secret": "sesame" };
    await traceClient(openAi()).chat.completions.create(request, { headers });
    expect(JSON.stringify(recorded.one().attributes)).not.toContain("sesame");
    expect(JSON.parse(String(recorded.one().attributes["input.value"]))).toEqual(request);
  });

  test.each<[provider: string | undefined, baseURL: string]>([
    ["openai", "https://api.openai.com/v1"],
    ["openai", "https://eu.api.openai.com/v1"],
    ["azure", "https://fish.openai.azure.com/openai/v1"],
    ["openrouter", "https://openrouter.ai/api/v1"],
    ["groq", "https://api.groq.com/openai/v1"],
    ["xai", "https://api.x.ai/v1"],
    ["deepseek", "https://api.deepseek.com"],
    ["google", "https://generativelanguage.googleapis.com/v1beta/openai"],
    ["ollama", "http://localhost:11434/v1"],
    [undefined, "http://localhost:8000/v1"],
    [undefined, "https://models.example.com/v1"],
  ])("names the provider %s at %s", async (provider, baseURL) => {
    // The model's name alone tells nothing.
    const fetch: typeof globalThis.fetch = (_url, init) =>
      globalThis.fetch(`${server.url}/openai/v1/chat/completions`, init);
    const client = traceClient(new OpenAI({ apiKey: "k", baseURL, fetch }));
    await client.chat.completions.create({ ...request, model: "some-model" });
    expect(recorded.one().attributes["llm.provider"]).toBe(provider);
  });

  test("names Azure by its own class, and Groq by its own SDK", async () => {
    const azure = new AzureOpenAI({
      apiKey: "k",
      endpoint: server.url,
      apiVersion: "2025-01-01",
      deployment: "d",
    });
    await traceClient(azure).chat.completions.create(request);
    const groq = traceClient(new Groq({ apiKey: "k", baseURL: `${server.url}/groq` }));
    await groq.chat.completions.create({ model: "m", messages: [{ role: "user", content: "hi" }] });
    expect(recorded.spans.map(({ attributes }) => attributes["llm.provider"])).toEqual(["azure", "groq"]);
  });

  test("tells what came of a stream that the program leaves early", async () => {
    const stream = await traceClient(openAi()).chat.completions.create({ ...request, stream: true });
    for await (const chunk of stream) {
      void chunk;
      break;
    }
    expect(recorded.one().attributes["output.value"]).toBe("Three ");
    expect(recorded.one().status.code).toBe(1);
  });

  test("is the one of an unhandled rejection, which stays unhandled", async () => {
    server.fault = "limit";
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", listener);
    try {
      void traceClient(openAi())
        .chat.completions.create(request)
        .then(() => {});
      await expect.poll(() => unhandled.length).toBe(1);
    } finally {
      server.fault = undefined;
      process.removeListener("unhandledRejection", listener);
      for (const other of others) process.on("unhandledRejection", other);
    }
    expect(recorded.one().status.code).toBe(2);
  });
});
