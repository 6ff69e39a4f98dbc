// The real SDKs against one server in place of the models: one span for each call to the model, and the program sees what it
// sees without us.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { traceClient } from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";
import { startModelServer, TOKENS, type ModelServer } from "../support/model-server.ts";
import { reading, SDKS, type Client, type SdkCall } from "./sdk-clients.ts";

let server: ModelServer;
let recorded: RecordedSpans;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(async () => {
  server.fault = undefined;
  reading.onFirstChunk = undefined;
  await recorded.stop();
});

const KIND_SAYS: Readonly<Record<string, object>> = {
  LLM: {
    "llm.input_messages.0.message.role": expect.any(String),
    "llm.token_count.prompt": TOKENS.prompt,
    "llm.token_count.completion": TOKENS.completion,
    "llm.token_count.total": TOKENS.prompt + TOKENS.completion,
  },
  EMBEDDING: {
    "embedding.embeddings.0.embedding.text": "cod",
    "embedding.embeddings.0.embedding.vector": expect.any(Array),
  },
  RERANKER: {},
};

/** What every span of a call says. */
const saidBy = ({ kind = "LLM", says, saysOnly = false }: SdkCall, provider: string | undefined): object => ({
  "openinference.span.kind": kind,
  "input.value": expect.any(String),
  "output.value": expect.any(String),
  ...(kind === "LLM" && { "llm.model_name": expect.any(String) }),
  ...(kind === "LLM" && !saysOnly && { "llm.provider": provider }),
  ...(!saysOnly && KIND_SAYS[kind]),
  ...says,
});

/** What came of a call: what it gave, or what it threw. */
const outcome = (call: Promise<unknown>): Promise<object> =>
  call.then(
    (value) => ({ value: plain(value) }),
    (error: Error) => ({
      name: error.constructor.name,
      message: error.message,
      status: (error as Client).status,
    }),
  );

/** Without what differs from call to call: headers, hidden members. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null, (key, member: unknown) =>
      /^(headers|\$metadata|sdkHttpResponse|_request_id)$/.test(key) ? undefined : member,
    ),
  );

/** Waits until no call is under way. */
async function settled(count: number): Promise<void> {
  await expect.poll(() => recorded.spans.length).toBeGreaterThanOrEqual(count);
}

/** Runs a call and aborts it: in the midst of its stream, else before it is answered. */
async function aborted({ run, streams = false }: SdkCall, client: Client): Promise<object> {
  const before = server.asked.length;
  const controller = new AbortController();
  server.fault = streams ? "stall" : "hang";
  reading.onFirstChunk = () => controller.abort();
  const result = outcome(run(client, controller.signal));
  await expect.poll(() => server.asked.length).toBe(before + 1);
  if (!streams) controller.abort();
  return result;
}

describe.each(SDKS)("$installed $sdk", ({ installed, provider, make, calls, aborts }) => {
  let exports: Client;
  beforeAll(async () => {
    exports = await import(installed);
  });

  describe.each(calls)("$name", (call) => {
    const { run, span, streams = false } = call;

    test("is one span for each call to the model, and gives what it gives without us", async () => {
      const before = server.asked.length;
      const without = await outcome(run(make(exports, server.url)));
      const asked = server.asked.length - before;
      expect(without).toHaveProperty("value");
      expect(recorded.spans).toEqual([]);
      const client = make(exports, server.url);
      expect(traceClient(client)).toBe(client);
      expect(await outcome(run(client))).toEqual(without);
      expect(asked).toBe(call.calls ?? 1);
      await settled(asked);
      expect(recorded.spans.map(({ name }) => name)).toEqual(Array.from({ length: asked }, () => span));
      for (const each of recorded.spans) {
        expect(each.attributes).toMatchObject(saidBy(call, provider));
        expect(JSON.stringify(each.attributes)).not.toMatch(/sk-|secret|gsk-/);
        expect(each.status.code).toBe(1);
      }
    });

    test("a 429 reaches the program as without us, and the span says it", async () => {
      server.fault = "limit";
      const without = await outcome(run(make(exports, server.url)));
      expect(await outcome(run(traceClient(make(exports, server.url))))).toEqual(without);
      await settled(1);
      expect(recorded.spans).toHaveLength(1);
      expect(recorded.spans[0]?.status.code).toBe(2);
      expect(recorded.spans[0]?.events.map(({ name }) => name)).toEqual(["exception"]);
    });

    // A whole answer that breaks off is never told by those that use node-fetch.
    test.runIf(streams)(
      "W27: a connection that breaks reaches the program as without us, and the span says it",
      async () => {
        server.fault = "break";
        const without = await outcome(run(make(exports, server.url)));
        expect(await outcome(run(traceClient(make(exports, server.url))))).toEqual(without);
        expect(without).toHaveProperty("message");
        await settled(1);
        expect(recorded.spans).toHaveLength(1);
        expect(recorded.spans[0]?.status.code).toBe(2);
      },
    );

    test.runIf(aborts === true && run.length > 1)(
      "an abort reaches the program as without us, and the span says it",
      async () => {
        const without = await aborted(call, make(exports, server.url));
        expect(await aborted(call, traceClient(make(exports, server.url)))).toEqual(without);
        await settled(1);
        expect(recorded.spans).toHaveLength(1);
        expect(recorded.spans[0]?.status.code).toBe(2);
      },
    );
  });
});
