// One LLM span for each call to a model, whoever else traces it: a wrapper of ours, an instrumentation, the SDK itself.
import Anthropic from "@anthropic-ai/sdk";
import { OpenAIInstrumentation as OpenInference } from "@arizeai/openinference-instrumentation-openai";
import { metrics, trace } from "@opentelemetry/api";
import { OpenAIInstrumentation as OpenTelemetry } from "@opentelemetry/instrumentation-openai";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { traceClient, traceEmbedding, traceLLM } from "../../src/index.ts";
import { traceModule, untraceModules } from "../../src/instrumentation/trace-module.ts";
import { SAID, startModelServer, TOKENS, type ModelServer } from "../support/model-server.ts";
import type { CollectedSpan } from "../support/otlp-receiver.ts";
import { useForeignSpans } from "../translation/foreign-spans.ts";

const spans = useForeignSpans();
let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(async () => {
  untraceModules();
  await server.close();
});

const messages = [{ role: "user" as const, content: "How heavy?" }];
const openAi = (): OpenAI => new OpenAI({ apiKey: "sk", baseURL: `${server.url}/openai/v1`, maxRetries: 0 });
const ask = (client: OpenAI): Promise<OpenAI.ChatCompletion> =>
  client.chat.completions.create({ model: "gpt-4o", messages });
const askStreaming = async (client: OpenAI): Promise<void> => {
  const stream = await client.chat.completions.create({ model: "gpt-4o", messages, stream: true });
  for await (const chunk of stream) void chunk;
};

const arrived = async (): Promise<readonly CollectedSpan[]> => {
  await spans.provider.forceFlush();
  return spans.receiver.spans;
};

/** The one span of its kind, which is the only one with counts. */
async function theOne(kind = "LLM"): Promise<CollectedSpan> {
  const all = await arrived();
  const ones = all.filter(({ attributes }) => attributes["openinference.span.kind"] === kind);
  expect(ones.map(({ name }) => name)).toHaveLength(1);
  const counted = all.filter(({ attributes }) =>
    Object.keys(attributes).some((key) => key.startsWith("llm.token_count.")),
  );
  expect(counted).toEqual(ones);
  return ones[0] as CollectedSpan;
}

const WHOLE = {
  "llm.input_messages.0.message.content": "How heavy?",
  "llm.output_messages.0.message.content": SAID,
  "llm.token_count.prompt": TOKENS.prompt,
  "llm.token_count.completion": TOKENS.completion,
};

describe("inside a wrapper of ours", () => {
  test("the client's span tells of the call, and the wrapper's becomes a step", async () => {
    const client = traceClient(openAi());
    await traceLLM(() => ask(client), { name: "ours" })();
    const span = await theOne();
    expect(span.name).toBe("OpenAI Chat Completions");
    expect(span.attributes).toMatchObject(WHOLE);
    const outer = (await arrived()).find(({ name }) => name === "ours");
    expect(outer?.attributes["openinference.span.kind"]).toBe("CHAIN");
    expect(span.parentSpanId).toBe(outer?.spanId);
  });

  test("a stream, too", async () => {
    const client = traceClient(openAi());
    const stream = traceLLM(
      () => client.chat.completions.create({ model: "gpt-4o", messages, stream: true }),
      { name: "ours" },
    );
    for await (const chunk of await stream()) void chunk;
    expect((await theOne()).attributes).toMatchObject(WHOLE);
  });

  test("a loop of several calls has a span for each", async () => {
    const client = traceClient(openAi());
    await traceLLM(
      async () => {
        await ask(client);
        return ask(client);
      },
      { name: "ours" },
    )();
    const kinds = (await arrived()).map(({ attributes }) => attributes["openinference.span.kind"]);
    expect(kinds).toEqual(["LLM", "LLM", "CHAIN"]);
  });

  test("an embedding", async () => {
    const client = traceClient(openAi());
    await traceEmbedding(
      (input: string[]) => client.embeddings.create({ model: "text-embedding-3-small", input }),
      {
        name: "ours",
      },
    )(["cod"]);
    expect((await theOne("EMBEDDING")).name).toBe("OpenAI Embeddings");
  });

  test("a call of another kind inside leaves the wrapper what it is", async () => {
    const client = traceClient(openAi());
    await traceLLM(
      async () => {
        await client.embeddings.create({ model: "text-embedding-3-small", input: "cod" });
        return { model: "m", choices: [{ message: { role: "assistant", content: "hi" } }] };
      },
      { name: "ours" },
    )();
    const kinds = (await arrived()).map(({ attributes }) => attributes["openinference.span.kind"]);
    expect(kinds).toEqual(["EMBEDDING", "LLM"]);
  });
});

describe("beside an instrumentation of the program's", () => {
  const instrumentations = {
    "OpenInference's": () => {
      const made = new OpenInference();
      made.manuallyInstrument(OpenAI);
      return made as unknown as { unpatch: (exports: object) => void };
    },
    "OpenTelemetry's": () => {
      const made = new OpenTelemetry({ captureMessageContent: true });
      made.setMeterProvider(metrics.getMeterProvider());
      const [definition] = made.getModuleDefinitions() as unknown as [{ patch: (exports: object) => void }];
      definition.patch(moduleOf());
      return undefined;
    },
  };
  const moduleOf = (): object => ({ OpenAI, default: OpenAI });

  describe.each(Object.entries(instrumentations))("%s", (_name, instrument) => {
    let made: { unpatch: (exports: object) => void } | undefined;
    let originals: [target: Record<string, unknown>, create: unknown][];
    beforeEach(() => {
      originals = [OpenAI.Chat.Completions, OpenAI.Completions, OpenAI.Embeddings, OpenAI.Responses].map(
        ({ prototype }) => [prototype as never, (prototype as never as Record<string, unknown>)["create"]],
      );
    });
    afterEach(() => {
      untraceModules();
      // It remembers the modules that it patched.
      made?.unpatch(OpenAI);
      for (const [target, create] of originals) target["create"] = create;
    });

    test.each([
      ["whole", ask],
      ["streamed", askStreaming],
    ])("there before ours, it is the one that traces: %s", async (_how, call) => {
      made = instrument();
      traceModule("openai", moduleOf());
      await call(traceClient(openAi()));
      await call(openAi());
      const all = await arrived();
      expect(all).toHaveLength(2);
      for (const { scope } of all) expect(scope?.name).not.toMatch(/^phoenix-otel/);
    });

    test.each([
      ["whole", ask],
      ["streamed", askStreaming],
    ])("enabled after ours, it is the one that traces: %s", async (_how, call) => {
      const early = openAi();
      traceModule("openai", moduleOf());
      made = instrument();
      await call(early);
      const all = await arrived();
      expect(all).toHaveLength(1);
      expect(all[0]?.scope?.name).not.toMatch(/^phoenix-otel/);
    });

    test("what it does not patch is traced by ours", async () => {
      made = instrument();
      expect(traceModule("openai", moduleOf())).toBe(true);
      await openAi().images.generate({ model: "gpt-image-1", prompt: "A cod" });
      expect((await theOne()).name).toBe("OpenAI Images Generate");
    });
  });

  test.each([
    ["gen_ai", { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" }],
    ["OpenInference", { "openinference.span.kind": "LLM" }],
    ["OpenLLMetry", { "llm.request.type": "chat" }],
    ["Genkit", { "genkit:metadata:subtype": "model" }],
  ])(
    "a span of somebody's that is active and tells of the call in words of %s is the one",
    async (_words, attributes) => {
      const client = traceClient(openAi());
      await trace.getTracer("somebody").startActiveSpan("theirs", { attributes }, async (span) => {
        await ask(client);
        await client.embeddings.create({ model: "text-embedding-3-small", input: "cod" });
        span.end();
      });
      expect((await arrived()).map(({ name }) => name).toSorted()).toEqual(["OpenAI Embeddings", "theirs"]);
    },
  );

  test.each([
    ["a server's", { "http.request.method": "POST" }],
    ["an agent's", { "openinference.span.kind": "AGENT" }],
    ["an agent's of gen_ai", { "gen_ai.operation.name": "invoke_agent" }],
  ])("inside %s span ours is there", async (_whose, attributes) => {
    await trace.getTracer("somebody").startActiveSpan("theirs", { attributes }, async (span) => {
      await ask(traceClient(openAi()));
      span.end();
    });
    expect((await arrived()).map(({ name }) => name)).toEqual(["OpenAI Chat Completions", "theirs"]);
  });
});

describe("Anthropic's SDK, which traces itself", () => {
  const claude = { model: "claude-x", max_tokens: 100, messages };
  const anthropic = (contentMode?: "content"): Anthropic =>
    new Anthropic({
      apiKey: "sk-ant",
      baseURL: `${server.url}/anthropic`,
      maxRetries: 0,
      openTelemetry: { traces: { ...(contentMode && { contentMode }) } },
    });
  const CALLS: readonly [name: string, call: (client: Anthropic) => Promise<unknown>][] = [
    ["create", (client) => client.messages.create(claude)],
    [
      "create, streamed",
      async (client) => {
        for await (const event of await client.messages.create({ ...claude, stream: true })) void event;
      },
    ],
    ["stream", (client) => client.messages.stream(claude).finalMessage()],
    [
      "stream, read",
      async (client) => {
        for await (const event of client.messages.stream(claude)) void event;
      },
    ],
    ["beta stream", (client) => client.beta.messages.stream(claude).finalMessage()],
  ];

  describe.each(CALLS)("%s", (name, call) => {
    test("without content, by default: ours tells of the call", async () => {
      await call(traceClient(anthropic()));
      await expect.poll(async () => (await arrived()).length).toBe(2);
      const span = await theOne();
      expect(span.name).toBe("Anthropic Messages");
      expect(span.attributes).toMatchObject(WHOLE);
    });

    test("with content: its own tells of the call, and ours stays off", async () => {
      await call(traceClient(anthropic("content")));
      await expect.poll(async () => (await arrived()).length).toBe(1);
      const span = await theOne();
      expect(span.scope?.name).not.toMatch(/^phoenix-otel/);
      // It records no answer of a stream that is no helper's.
      const { "llm.output_messages.0.message.content": answer, ...rest } = WHOLE;
      expect(span.attributes).toMatchObject(rest);
      expect(span.attributes["llm.output_messages.0.message.content"]).toBe(
        name === "create, streamed" ? undefined : answer,
      );
    });

    test("with spans that go to another provider: ours tells of the call", async () => {
      const elsewhere = new NodeTracerProvider();
      const client = new Anthropic({
        apiKey: "sk-ant",
        baseURL: `${server.url}/anthropic`,
        maxRetries: 0,
        openTelemetry: { traces: { contentMode: "content" }, tracerProvider: elsewhere },
      });
      await call(traceClient(client));
      expect((await theOne()).attributes).toMatchObject(WHOLE);
    });
  });
});
