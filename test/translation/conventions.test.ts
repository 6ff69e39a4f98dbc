// The GenAI conventions' three generations, OpenLLMetry and Genkit, in spans written by hand.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useForeignSpans } from "./foreign-spans.ts";

const spans = useForeignSpans();

const KIND = "openinference.span.kind";
const CALL = {
  id: "c1",
  name: "weather",
  arguments: '{"place":"Oslo"}',
};
const ANSWERED_CALL = {
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.tool_calls.0.tool_call.id": CALL.id,
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": CALL.name,
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": CALL.arguments,
};
const ASKED = {
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "be brief",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.content": "Weather?",
};

describe("the GenAI conventions", () => {
  it("reads JSON messages (1.36 and later)", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": "claude",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.conversation.id": "s1",
        "gen_ai.system_instructions": '[{"type":"text","content":"be brief"}]',
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Weather?"}]}]',
        "gen_ai.output.messages": JSON.stringify([
          {
            role: "assistant",
            parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: { place: "Oslo" } }],
            finish_reason: "tool_call",
          },
        ]),
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.output_tokens": 0,
        "gen_ai.usage.cache_creation.input_tokens": 4,
        "gen_ai.tool.definitions": '[{"type":"function","name":"weather","parameters":{"type":"object"}}]',
      },
    });
    expect(attributes).toMatchObject({
      ...ASKED,
      ...ANSWERED_CALL,
      [KIND]: "LLM",
      "llm.provider": "aws",
      "llm.model_name": "claude",
      "llm.invocation_parameters": '{"temperature":0.5}',
      "llm.token_count.prompt": 20,
      "llm.token_count.completion": 0,
      "llm.token_count.total": 20,
      "llm.token_count.prompt_details.cache_write": 4,
      "llm.finish_reason": "tool_call",
      "llm.tools.0.tool.name": "weather",
      "session.id": "s1",
    });
    expect(Object.keys(attributes).filter((key) => key.startsWith("gen_ai."))).toEqual([]);
  });

  it.each([
    ["chat", "LLM"],
    ["text_completion", "LLM"],
    ["generate_content", "LLM"],
    ["embeddings", "EMBEDDING"],
    ["retrieval", "RETRIEVER"],
    ["execute_tool", "TOOL"],
    ["create_agent", "AGENT"],
    ["invoke_agent", "AGENT"],
    ["invoke_workflow", "CHAIN"],
  ])("gives %s the kind %s", async (operation, kind) => {
    const attributes = await spans.attributes({ attributes: { "gen_ai.operation.name": operation } });
    expect(attributes[KIND]).toBe(kind);
  });

  it("gives an operation nobody knows no kind", async () => {
    const attributes = await spans.attributes({
      attributes: { "gen_ai.operation.name": "ai.generateSpeech" },
    });
    expect(attributes).toEqual({ "gen_ai.operation.name": "ai.generateSpeech" });
  });

  it.each([
    ["image/png", "image"],
    ["audio/wav", "audio"],
    ["video/mp4", "video"],
  ])("lets the media type %s decide what a part is, not the word beside it", async (mimeType, type) => {
    const attributes = await spans.attributes({
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": JSON.stringify([
          {
            role: "user",
            parts: [
              { type: "text", content: "what" },
              { type: "uri", modality: "image", mime_type: mimeType, uri: "https://media.example/a" },
            ],
          },
        ]),
      },
    });
    expect(attributes["llm.input_messages.0.message.contents.1.message_content.type"]).toBe(type);
  });

  it.each(["response", "result"])("reads a tool's answer under %s", async (key) => {
    const attributes = await spans.attributes({
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": JSON.stringify([
          { role: "tool", parts: [{ type: "tool_call_response", id: "c1", [key]: { degrees: 5 } }] },
        ]),
      },
    });
    expect(attributes).toMatchObject({
      "llm.input_messages.0.message.role": "tool",
      "llm.input_messages.0.message.tool_call_id": "c1",
      "llm.input_messages.0.message.content": '{"degrees":5}',
    });
  });

  it("reads indexed attributes (OpenLLMetry before 0.27)", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "llm.request.type": "chat",
        "gen_ai.system": "OpenAI",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.prompt.0.role": "system",
        "gen_ai.prompt.0.content": "be brief",
        "gen_ai.prompt.1.role": "user",
        "gen_ai.prompt.1.content": "Weather?",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.finish_reason": "tool_calls",
        "gen_ai.completion.0.tool_calls.0.id": CALL.id,
        "gen_ai.completion.0.tool_calls.0.name": CALL.name,
        "gen_ai.completion.0.tool_calls.0.arguments": CALL.arguments,
        "llm.request.functions.0.name": "weather",
        "llm.request.functions.0.parameters": '{"type":"object"}',
        "llm.usage.total_tokens": 27,
        "gen_ai.usage.prompt_tokens": 20,
        "gen_ai.usage.completion_tokens": 7,
      },
    });
    expect(attributes).toMatchObject({
      ...ASKED,
      ...ANSWERED_CALL,
      [KIND]: "LLM",
      "llm.provider": "openai",
      "llm.finish_reason": "tool_calls",
      "llm.tools.0.tool.name": "weather",
      "llm.token_count.prompt": 20,
      "llm.token_count.completion": 7,
      "llm.token_count.total": 27,
    });
    expect(Object.keys(attributes).filter((key) => /^gen_ai\.|functions|usage/.test(key))).toEqual([]);
  });

  it("keeps the order of more than ten indexed messages", async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => index);
    const attributes = await spans.attributes({
      attributes: Object.fromEntries(
        numbers.flatMap((index) => [
          [`gen_ai.prompt.${index}.role`, "user"],
          [`gen_ai.prompt.${index}.content`, `say ${index}`],
        ]),
      ),
    });
    for (const index of numbers) {
      expect(attributes[`llm.input_messages.${index}.message.content`]).toBe(`say ${index}`);
    }
  });

  it("reads events with one message each (before 1.36)", async () => {
    const [span] = await spans.send({
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.system": "openai" },
      events: [
        ["gen_ai.system.message", { content: "be brief" }],
        ["gen_ai.user.message", { content: "Weather?" }],
        ["gen_ai.choice", { index: 0, finish_reason: "stop", message: '{"content":"It is 5 degrees."}' }],
        ["something.else", { kept: true }],
      ],
    });
    expect(span!.attributes).toMatchObject({
      ...ASKED,
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "It is 5 degrees.",
      "output.value": "It is 5 degrees.",
      "llm.finish_reason": "stop",
    });
    expect(span!.events.map(({ name }) => name)).toEqual(["something.else"]);
  });

  it("reads the events that hold a whole prompt and a whole completion", async () => {
    const [span] = await spans.send({
      attributes: { "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o" },
      events: [
        ["gen_ai.content.prompt", { "gen_ai.prompt": '[{"role":"user","content":"Weather?"}]' }],
        ["gen_ai.content.completion", { "gen_ai.completion": '[{"role":"assistant","content":"5"}]' }],
      ],
    });
    expect(span!.attributes).toMatchObject({
      [KIND]: "LLM",
      "llm.input_messages.0.message.content": "Weather?",
      "llm.output_messages.0.message.content": "5",
    });
    expect(span!.events).toEqual([]);
  });

  it("adds the cached tokens that Anthropic's number leaves out in AI SDK 5", async () => {
    const attributes = await spans.attributes({
      scope: "ai",
      attributes: {
        "ai.operationId": "ai.streamText.doStream",
        "ai.model.provider": "anthropic.messages",
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.output_tokens": 7,
        "ai.usage.cachedInputTokens": 5,
      },
    });
    expect(attributes).toMatchObject({
      "llm.token_count.prompt": 25,
      "llm.token_count.completion": 7,
      "llm.token_count.total": 32,
      "llm.token_count.prompt_details.cache_read": 5,
    });
  });

  it("lets OpenInference's own words win, and the kind that is there", async () => {
    const attributes = await spans.attributes({
      attributes: {
        [KIND]: "CHAIN",
        "input.value": "mine",
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"theirs"}]}]',
        "gen_ai.usage.input_tokens": 20,
      },
    });
    expect(attributes).toMatchObject({ [KIND]: "CHAIN", "input.value": "mine" });
    expect(attributes).not.toHaveProperty("llm.token_count.prompt");
  });

  it("drops credentials of recorded headers on spans of any maker", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "http.request.header.authorization": ["Bearer secret"],
        "http.request.header.x_api_key": ["secret"],
        "http.request.header.accept": ["text/html"],
      },
    });
    expect(attributes).toEqual({ "http.request.header.accept": ["text/html"] });
  });

  it("leaves a span of nobody's vocabulary as it is", async () => {
    const attributes = { "http.route": "/", "llm.custom": 1, "db.statement": "SELECT 1" };
    const [span] = await spans.send({ name: "GET /", attributes });
    expect(span).toMatchObject({ name: "GET /", attributes, status: { code: "UNSET" } });
  });
});

describe("OpenLLMetry", () => {
  it.each([
    ["workflow", "CHAIN", "lookup.workflow", {}],
    ["task", "CHAIN", "lookup.task", {}],
    ["agent", "AGENT", "lookup.agent", { "agent.name": "lookup" }],
    ["tool", "TOOL", "lookup", { "tool.name": "lookup" }],
  ])("reads a %s", async (kind, expected, name, named) => {
    const [span] = await spans.send({
      name: `lookup.${kind}`,
      attributes: {
        "traceloop.span.kind": kind,
        "traceloop.entity.name": "lookup",
        "traceloop.entity.input": '{"args":["Oslo"],"kwargs":{}}',
        "traceloop.entity.output": '{"degrees":5}',
        "traceloop.association.properties.session_id": "s1",
        "traceloop.association.properties.tenant": "t1",
      },
    });
    expect(span!.attributes).toMatchObject({
      [KIND]: expected,
      "input.value": "Oslo",
      "output.value": '{"degrees":5}',
      "output.mime_type": "application/json",
      "session.id": "s1",
      metadata: '{"tenant":"t1"}',
    });
    expect(span!.name).toBe(name);
    expect(span!.attributes).toMatchObject(named);
  });
});

describe("Genkit", () => {
  it("reads a model's action", async () => {
    const attributes = await spans.attributes({
      scope: "genkit-tracer",
      attributes: {
        "genkit:type": "action",
        "genkit:metadata:subtype": "model",
        "genkit:name": "googleai/gemini-2.5-flash",
        "genkit:input": JSON.stringify({
          messages: [
            { role: "system", content: [{ text: "be brief" }] },
            { role: "user", content: [{ text: "Weather?" }] },
          ],
          tools: [{ name: "weather", inputSchema: { type: "object" } }],
          config: { temperature: 0.5 },
        }),
        "genkit:output": JSON.stringify({
          message: {
            role: "model",
            content: [{ toolRequest: { ref: "c1", name: "weather", input: { place: "Oslo" } } }],
          },
          finishReason: "stop",
          usage: { inputTokens: 20, outputTokens: 7, thoughtsTokens: 3, cachedContentTokens: 5 },
        }),
      },
    });
    expect(attributes).toMatchObject({
      ...ASKED,
      ...ANSWERED_CALL,
      [KIND]: "LLM",
      "llm.provider": "google",
      "llm.model_name": "gemini-2.5-flash",
      "llm.invocation_parameters": '{"temperature":0.5}',
      "llm.tools.0.tool.name": "weather",
      "llm.token_count.prompt": 20,
      "llm.token_count.completion": 7,
      "llm.token_count.total": 27,
      "llm.token_count.prompt_details.cache_read": 5,
      "llm.token_count.completion_details.reasoning": 3,
      "llm.finish_reason": "stop",
    });
    expect(Object.keys(attributes).filter((key) => key.startsWith("genkit:"))).toEqual([]);
  });

  it.each([
    ["action", "tool", "TOOL"],
    ["action", "embedder", "EMBEDDING"],
    ["action", "retriever", "RETRIEVER"],
    ["action", "reranker", "RERANKER"],
    ["action", "flow", "CHAIN"],
    ["flowStep", undefined, "CHAIN"],
  ])("gives %s %s the kind %s", async (type, subtype, kind) => {
    const attributes = await spans.attributes({
      attributes: {
        "genkit:type": type,
        "genkit:name": "step",
        "genkit:input": '{"place":"Oslo"}',
        ...(subtype !== undefined && { "genkit:metadata:subtype": subtype }),
      },
    });
    expect(attributes).toMatchObject({ [KIND]: kind, "input.value": '{"place":"Oslo"}' });
  });

  it("reads embedded texts with their vectors, and documents", async () => {
    const [embedder, retriever] = await spans.send(
      {
        attributes: {
          "genkit:metadata:subtype": "embedder",
          "genkit:input": '{"input":[{"content":[{"text":"one"}]}]}',
          "genkit:output": '{"embeddings":[{"embedding":[0.5,1]}]}',
        },
      },
      {
        attributes: {
          "genkit:metadata:subtype": "retriever",
          "genkit:input": '{"query":{"content":[{"text":"hot"}]}}',
          "genkit:output": '{"documents":[{"content":[{"text":"tea"}],"metadata":{"id":1}}]}',
        },
      },
    );
    expect(embedder!.attributes).toMatchObject({
      "embedding.embeddings.0.embedding.text": "one",
      "embedding.embeddings.0.embedding.vector": [0.5, 1],
    });
    expect(retriever!.attributes).toMatchObject({
      "input.value": "hot",
      "retrieval.documents.0.document.content": "tea",
      "retrieval.documents.0.document.metadata": '{"id":1}',
    });
  });
});

/** Keys that are read, with names that a draft must not fall for. */
const HOSTILE_KEYS = `
  gen_ai.input.messages
  gen_ai.output.messages
  gen_ai.system_instructions
  gen_ai.tool.definitions
  gen_ai.tool.call.arguments
  gen_ai.retrieval.documents
  gen_ai.usage.input_tokens
  gen_ai.response.finish_reasons
  gen_ai.provider.name
  gen_ai.prompt
  gen_ai.completion
  gen_ai.prompt.0.content
  gen_ai.prompt.0.tool_calls.0.id
  gen_ai.prompt.x.role
  gen_ai.prompt.0.__proto__.x
  gen_ai.prompt.0.tool_calls.constructor.x
  gen_ai.completion.99999999.content
  llm.request.functions.0.parameters
  llm.request.type
  ai.prompt
  ai.prompt.messages
  ai.prompt.tools
  ai.response.toolCalls
  ai.values
  ai.embeddings
  ai.embedding
  ai.documents
  ai.ranking
  ai.response.object
  ai.telemetry.metadata.tags
  ai.telemetry.metadata.sessionId
  ai.telemetry.metadata.__proto__
  ai.settings.__proto__
  ai.settings.stopSequences
  ai.usage.inputTokens
  genkit:input
  genkit:output
  genkit:name
  traceloop.entity.input
  traceloop.association.properties.tags
  traceloop.entity.output
`
  .trim()
  .split(/\s+/);

describe("what cannot be read", () => {
  it.each([
    ["gen_ai.input.messages", "[{"],
    ["gen_ai.output.messages", "no JSON"],
    ["gen_ai.tool.definitions", "{"],
    ["gen_ai.usage.input_tokens", "many"],
    ["gen_ai.usage.output_tokens", Number.NaN],
  ])("leaves %s as it came", async (key, value) => {
    const attributes = await spans.attributes({
      attributes: { "gen_ai.operation.name": "chat", [key]: value },
    });
    expect(attributes).toMatchObject({ [KIND]: "LLM", [key]: value });
    expect(Object.keys(attributes).filter((each) => /messages\.\d|token_count|tools\./.test(each))).toEqual(
      [],
    );
  });

  it.each([
    ["gen_ai.input.messages", '[{"role":"user","parts":[{"type":"text","content":"Weather?"}]},"more"]'],
    ["gen_ai.output.messages", '[{"role":"assistant","parts":[{"type":"text","content":"5"}]},"more"]'],
    ["gen_ai.tool.definitions", '["weather"]'],
    ["ai.prompt.messages", '[{"role":"user","content":[{"type":"text","text":"Weather?"}]},"more"]'],
    ["ai.prompt.tools", ['{"name":"weather"}', "more"]],
  ])("costs its neighbours in %s nothing, and stays there", async (key, value) => {
    const attributes = await spans.attributes({
      attributes: { "gen_ai.operation.name": "chat", [key]: value },
    });
    expect(attributes[key]).toEqual(value);
  });

  it.each([
    ["gen_ai.operation.name", "constructor"],
    ["ai.operationId", "toString"],
    ["traceloop.span.kind", "constructor"],
    ["genkit:metadata:subtype", "constructor"],
    ["llm.request.type", "constructor"],
  ])("knows no kind that %s does not name", async (key, value) => {
    const attributes = await spans.attributes({ attributes: { [key]: value } });
    expect(attributes).toEqual({ [key]: value });
  });

  it("keeps settings and metadata under any name", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "ai.operationId": "ai.generateText.doGenerate",
        "ai.settings.constructor": 1,
        ["ai.telemetry.metadata.__proto__"]: "x",
      },
    });
    expect(attributes["llm.invocation_parameters"]).toBe('{"constructor":1}');
    expect(attributes["metadata"]).toBe('{"__proto__":"x"}');
  });

  it("believes no place of a choice that cannot be", async () => {
    const attributes = await spans.attributes({
      attributes: { "gen_ai.operation.name": "chat" },
      events: [
        ["gen_ai.choice", { index: 4_000_000_000, message: '{"content":"one"}' }],
        ["gen_ai.choice", { index: -1, message: '{"content":"two"}' }],
      ],
    });
    expect(attributes["output.value"]).toBe("onetwo");
  });

  it("costs nobody anything: 1,000 generated spans arrive", async () => {
    const key = fc.constantFrom(...HOSTILE_KEYS);
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.array(fc.json(), { maxLength: 3 }),
      fc.array(fc.double(), { maxLength: 3 }),
      fc.constantFrom("[", "null", "[null]", '{"messages":null}', '[{"role":1,"parts":[null,1,{}]}]'),
      fc.constantFrom('[{"content":[{"type":"image"}]}]', '{"__proto__":{"a":1}}', "[[[[]]]]", "\ud800"),
    );
    const told = fc.constantFrom(
      { "gen_ai.operation.name": "chat" },
      { "gen_ai.operation.name": "retrieval" },
      { "ai.operationId": "ai.generateText.doGenerate" },
      { "ai.operationId": "ai.embed.doEmbed" },
      { "ai.operationId": "ai.rerank.doRerank" },
      { "genkit:metadata:subtype": "model" },
      { "genkit:metadata:subtype": "embedder" },
      { "traceloop.span.kind": "tool" },
      {},
    );
    const generated = fc.sample(
      fc.record({ told, values: fc.dictionary(key, value, { minKeys: 1, maxKeys: 8 }) }),
      { numRuns: 1000, seed: 15 },
    );
    const arrived = await spans.send(
      ...generated.map(({ told: kind, values }, index) => ({
        name: `span ${index}`,
        attributes: { ...values, ...kind },
      })),
    );
    expect(arrived).toHaveLength(1000);
    const kinds = arrived.filter(({ attributes }) => attributes[KIND] !== undefined);
    expect(kinds.length).toBeGreaterThan(800);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
