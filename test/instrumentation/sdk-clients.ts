// The real SDKs, each with a client of the model server, and what may be asked of it.
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SAID } from "../support/model-server.ts";

/** A client of any SDK: the majors of one differ too much in their types. */
// eslint-disable-next-line typescript/no-explicit-any
export type Client = any;

/** One call, or one use of a helper. */
export interface SdkCall {
  readonly name: string;
  /** Runs it to its end and gives what the program sees. */
  readonly run: (client: Client, signal?: AbortSignal) => Promise<unknown>;
  readonly kind?: "LLM" | "EMBEDDING" | "RERANKER";
  /** How many calls to the model it makes. Default 1. */
  readonly calls?: number;
  readonly span: string;
  readonly streams?: boolean;
  /** What the span says beside what all of its kind say. */
  readonly says?: Readonly<Record<string, unknown>>;
  /** Without what the span says of all calls of its kind. */
  readonly saysOnly?: boolean;
}

/** One installed major of one SDK. */
export interface SdkUnderTest {
  /** The name under which it is installed here. */
  readonly installed: string;
  readonly sdk: string;
  readonly provider: string | undefined;
  readonly make: (exports: Client, url: string) => Client;
  readonly calls: readonly SdkCall[];
  /** What the helper of a call does with a signal, where it takes one. */
  readonly aborts?: boolean;
}

const messages = [{ role: "user", content: "How heavy is the cod?" }];
const TOOL = {
  name: "weigh",
  description: "Weighs",
  parameters: { type: "object" as const, properties: { what: { type: "string" } } },
};

/** What is done once the first chunk of a stream was read. */
export const reading: { onFirstChunk?: (() => void) | undefined } = {};

/** Reads a stream to its end. */
async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) {
    if (chunks.push(chunk) === 1) reading.onFirstChunk?.();
  }
  return chunks;
}

const MODEL = "gpt-4o";
const VISIBLE = { "llm.output_messages.0.message.content": SAID };

const openAiChat = (span: string, model: string): readonly SdkCall[] => [
  {
    name: "chat.completions.create",
    span,
    says: VISIBLE,
    run: (client, signal) => client.chat.completions.create({ model, messages }, { signal }),
  },
  {
    name: "chat.completions.create, streamed",
    span,
    says: VISIBLE,
    streams: true,
    run: async (client, signal) =>
      all(await client.chat.completions.create({ model, messages, stream: true }, { signal })),
  },
  {
    name: "chat.completions.create().withResponse()",
    span,
    says: VISIBLE,
    run: async (client, signal) => {
      const { data, response } = await client.chat.completions
        .create({ model, messages }, { signal })
        .withResponse();
      return [data, response.status];
    },
  },
  {
    name: "chat.completions.create().asResponse()",
    span,
    says: VISIBLE,
    run: async (client, signal) => {
      const response = await client.chat.completions.create({ model, messages }, { signal }).asResponse();
      return response.json();
    },
  },
];

const openAiCalls = (major: number): readonly SdkCall[] => {
  // Helpers are under `beta` in version 4.
  const chat = (client: Client): Client =>
    client.chat.completions.runTools === undefined ? client.beta.chat.completions : client.chat.completions;
  const tools = [{ type: "function", function: { ...TOOL, function: () => "3", parse: JSON.parse } }];
  const span = "OpenAI Chat Completions";
  const calls: readonly SdkCall[] = [
    ...openAiChat(span, MODEL),
    {
      name: "chat.completions.parse",
      span,
      says: { "llm.output_messages.0.message.content": '{"kilos":3}' },
      run: (client, signal) =>
        chat(client).parse(
          {
            model: MODEL,
            messages,
            response_format: {
              type: "json_schema",
              json_schema: { name: "weight", schema: {}, strict: true },
            },
          },
          { signal },
        ),
    },
    {
      name: "chat.completions.stream",
      span,
      says: VISIBLE,
      streams: true,
      run: async (client, signal) => {
        const runner = chat(client).stream({ model: MODEL, messages }, { signal });
        const chunks = await all(runner);
        return [chunks, await runner.finalContent()];
      },
    },
    {
      name: "chat.completions.stream, not read",
      span,
      says: VISIBLE,
      run: (client, signal) =>
        chat(client).stream({ model: MODEL, messages }, { signal }).finalChatCompletion(),
    },
    {
      name: "chat.completions.runTools",
      span,
      calls: 2,
      run: (client, signal) =>
        chat(client).runTools({ model: MODEL, messages, tools }, { signal }).finalContent(),
    },
    {
      name: "chat.completions.runTools, streamed",
      span,
      calls: 2,
      run: (client, signal) =>
        chat(client).runTools({ model: MODEL, messages, tools, stream: true }, { signal }).finalContent(),
    },
    {
      name: "responses.create",
      span: "OpenAI Responses",
      says: VISIBLE,
      run: (client, signal) => client.responses.create({ model: MODEL, input: "How heavy?" }, { signal }),
    },
    {
      name: "responses.create, streamed",
      span: "OpenAI Responses",
      says: VISIBLE,
      streams: true,
      run: async (client, signal) =>
        all(await client.responses.create({ model: MODEL, input: "How heavy?", stream: true }, { signal })),
    },
    {
      name: "responses.stream",
      span: "OpenAI Responses",
      says: VISIBLE,
      streams: true,
      run: async (client, signal) => {
        const stream = client.responses.stream({ model: MODEL, input: "How heavy?" }, { signal });
        const events = await all(stream);
        return [events, await stream.finalResponse()];
      },
    },
    {
      name: "responses.parse",
      span: "OpenAI Responses",
      says: VISIBLE,
      run: (client, signal) => client.responses.parse({ model: MODEL, input: "How heavy?" }, { signal }),
    },
    {
      name: "completions.create",
      span: "OpenAI Completions",
      says: VISIBLE,
      run: (client, signal) => client.completions.create({ model: MODEL, prompt: "How heavy?" }, { signal }),
    },
    {
      name: "embeddings.create",
      span: "OpenAI Embeddings",
      kind: "EMBEDDING",
      run: (client, signal) =>
        client.embeddings.create({ model: "text-embedding-3-small", input: ["cod", "eel"] }, { signal }),
    },
    {
      name: "images.generate",
      span: "OpenAI Images Generate",
      says: {
        "llm.output_messages.0.message.contents.0.message_content.image.image.url":
          "data:image/png;base64,iVBORw0KGgo=",
      },
      run: (client, signal) => client.images.generate({ model: "gpt-image-1", prompt: "A cod" }, { signal }),
    },
    {
      name: "audio.speech.create",
      span: "OpenAI Speech",
      saysOnly: true,
      run: async (client, signal) => {
        const response = await client.audio.speech.create(
          { model: "tts-1", voice: "alloy", input: "A cod" },
          { signal },
        );
        return [...new Uint8Array(await response.arrayBuffer())];
      },
    },
    {
      name: "audio.transcriptions.create",
      span: "OpenAI Transcriptions",
      saysOnly: true,
      run: (client, signal) =>
        client.audio.transcriptions.create(
          { model: "whisper-1", file: new File(["sound"], "cod.wav") },
          { signal },
        ),
    },
  ];
  return major === 4 ? calls : calls;
};

const openAi = (installed: string, major: number): SdkUnderTest => ({
  installed,
  sdk: "openai",
  provider: "openai",
  aborts: true,
  make: ({ OpenAI }, url) => new OpenAI({ apiKey: "sk-test", baseURL: `${url}/openai/v1`, maxRetries: 0 }),
  calls: openAiCalls(major),
});

const CLAUDE = { model: "claude-x", max_tokens: 100, messages };
const claudeTool = { name: "weigh", description: "Weighs", input_schema: TOOL.parameters };

const anthropicCalls = (isNew: boolean): readonly SdkCall[] => {
  const span = "Anthropic Messages";
  return [
    {
      name: "messages.create",
      span,
      says: VISIBLE,
      run: (client, signal) => client.messages.create(CLAUDE, { signal }),
    },
    {
      name: "messages.create, streamed",
      span,
      says: VISIBLE,
      streams: true,
      run: async (client, signal) =>
        all(await client.messages.create({ ...CLAUDE, stream: true }, { signal })),
    },
    {
      name: "messages.create().withResponse()",
      span,
      says: VISIBLE,
      run: async (client, signal) => {
        const { data, response } = await client.messages.create(CLAUDE, { signal }).withResponse();
        return [data, response.status];
      },
    },
    {
      name: "messages.stream",
      span,
      says: VISIBLE,
      streams: true,
      run: async (client, signal) => {
        const stream = client.messages.stream(CLAUDE, { signal });
        const events = await all(stream);
        return [events, await stream.finalMessage()];
      },
    },
    {
      name: "messages.stream, not read",
      span,
      says: VISIBLE,
      run: (client, signal) => client.messages.stream(CLAUDE, { signal }).finalText(),
    },
    {
      name: "beta.messages.create",
      span,
      says: VISIBLE,
      run: (client, signal) => client.beta.messages.create(CLAUDE, { signal }),
    },
    ...(isNew
      ? ([
          {
            name: "messages.parse",
            span,
            says: VISIBLE,
            run: (client, signal) => client.messages.parse(CLAUDE, { signal }),
          },
          {
            name: "beta.messages.stream",
            span,
            says: VISIBLE,
            streams: true,
            run: async (client, signal) => all(client.beta.messages.stream(CLAUDE, { signal })),
          },
          ...[false, true].map((stream): SdkCall => ({
            name: `beta.messages.toolRunner, streamed: ${stream}`,
            span,
            calls: 2,
            run: async (client, signal) => {
              const tools = [{ ...claudeTool, run: () => "3", parse: (value: unknown) => value }];
              const runner = client.beta.messages.toolRunner({ ...CLAUDE, tools, stream }, { signal });
              return runner.runUntilDone();
            },
          })),
        ] satisfies SdkCall[])
      : []),
  ];
};

const anthropic = (installed: string, isNew: boolean): SdkUnderTest => ({
  installed,
  sdk: "@anthropic-ai/sdk",
  provider: "anthropic",
  aborts: true,
  make: ({ Anthropic }, url) =>
    new Anthropic({
      apiKey: "sk-ant-test",
      baseURL: `${url}/anthropic`,
      maxRetries: 0,
      // Its own spans have tests of their own.
      ...(isNew && { openTelemetry: false }),
    }),
  calls: anthropicCalls(isNew),
});

const groq = (installed: string): SdkUnderTest => ({
  installed,
  sdk: "groq-sdk",
  provider: "groq",
  aborts: true,
  make: ({ Groq }, url) => new Groq({ apiKey: "gsk-test", baseURL: `${url}/groq`, maxRetries: 0 }),
  calls: openAiChat("Groq Chat Completions", "llama-3.3-70b-versatile"),
});

const GEMINI = { model: "gemini-x", contents: "How heavy is the cod?" };

const genAiCalls: readonly SdkCall[] = [
  {
    name: "models.generateContent",
    span: "Google GenAI Generate Content",
    says: VISIBLE,
    run: (client, abortSignal) => client.models.generateContent({ ...GEMINI, config: { abortSignal } }),
  },
  {
    name: "models.generateContentStream",
    span: "Google GenAI Generate Content Stream",
    says: VISIBLE,
    streams: true,
    run: async (client, abortSignal) =>
      all(await client.models.generateContentStream({ ...GEMINI, config: { abortSignal } })),
  },
  {
    name: "chats.create().sendMessage",
    span: "Google GenAI Generate Content",
    says: VISIBLE,
    run: (client, abortSignal) =>
      client.chats
        .create({ model: "gemini-x", config: { abortSignal } })
        .sendMessage({ message: "How heavy?" }),
  },
  {
    name: "chats.create().sendMessageStream",
    span: "Google GenAI Generate Content Stream",
    says: VISIBLE,
    streams: true,
    run: async (client, abortSignal) =>
      all(
        await client.chats
          .create({ model: "gemini-x", config: { abortSignal } })
          .sendMessageStream({ message: "How heavy?" }),
      ),
  },
  {
    name: "models.generateContent with a tool that it calls by itself",
    span: "Google GenAI Generate Content",
    calls: 2,
    run: (client, abortSignal) => {
      const part = { functionResponse: { name: "weigh", response: { kilos: 3 } } };
      const tool = {
        tool: () => Promise.resolve({ functionDeclarations: [{ name: "weigh" }] }),
        callTool: () => Promise.resolve([part]),
      };
      return client.models.generateContent({ ...GEMINI, config: { tools: [tool], abortSignal } });
    },
  },
  {
    name: "models.embedContent",
    span: "Google GenAI Embed Content",
    kind: "EMBEDDING",
    run: (client, abortSignal) =>
      client.models.embedContent({
        model: "text-embedding-004",
        contents: ["cod", "eel"],
        config: { abortSignal },
      }),
  },
];

const genAi = (installed: string): SdkUnderTest => ({
  installed,
  sdk: "@google/genai",
  provider: "google",
  make: ({ GoogleGenAI }, url) =>
    new GoogleGenAI({ apiKey: "key", httpOptions: { baseUrl: `${url}/google` } }),
  calls: genAiCalls,
});

const generativeAi: SdkUnderTest = {
  installed: "@google/generative-ai",
  sdk: "@google/generative-ai",
  provider: "google",
  make: ({ GoogleGenerativeAI }) => new GoogleGenerativeAI("key"),
  calls: [
    {
      name: "generateContent",
      span: "Google Generate Content",
      says: VISIBLE,
      run: async (client) => {
        const { response } = await modelOf(client).generateContent("How heavy is the cod?");
        return response.text();
      },
    },
    {
      name: "generateContentStream",
      span: "Google Generate Content Stream",
      says: VISIBLE,
      streams: true,
      run: async (client) => {
        const { stream, response } = await modelOf(client).generateContentStream("How heavy is the cod?");
        // Else the SDK itself leaves a rejection that nobody handles where the stream breaks.
        response.catch(() => {});
        const chunks = await all(stream);
        return [chunks.length, (await response).text()];
      },
    },
    {
      name: "startChat().sendMessage",
      span: "Google Generate Content",
      says: VISIBLE,
      run: async (client) => {
        const chat = modelOf(client).startChat({ history: [{ role: "user", parts: [{ text: "Hello" }] }] });
        const { response } = await chat.sendMessage("How heavy is the cod?");
        return [response.text(), await chat.getHistory()];
      },
    },
    {
      name: "startChat().sendMessageStream",
      span: "Google Generate Content Stream",
      says: VISIBLE,
      streams: true,
      run: async (client) => {
        const { stream, response } = await modelOf(client)
          .startChat()
          .sendMessageStream("How heavy is the cod?");
        response.catch(() => {});
        return all(stream).then((chunks) => chunks.length);
      },
    },
    {
      name: "embedContent",
      span: "Google Embed Content",
      kind: "EMBEDDING",
      run: (client) => modelOf(client).embedContent("cod"),
    },
    {
      name: "batchEmbedContents",
      span: "Google Embed Content",
      kind: "EMBEDDING",
      run: (client) =>
        modelOf(client).batchEmbedContents({
          requests: ["cod", "eel"].map((text) => ({ content: { role: "user", parts: [{ text }] } })),
        }),
    },
  ],
};

/** Where `make` was told the server is: the SDK takes the URL with each model. */
const urls = new WeakMap<object, string>();
const modelOf = (client: Client): Client =>
  client.getGenerativeModel(
    { model: "gemini-x", systemInstruction: "Be brief." },
    { baseUrl: urls.get(client) },
  );

const mistralCalls: readonly SdkCall[] = [
  {
    name: "chat.complete",
    span: "Mistral Chat",
    says: VISIBLE,
    run: (client, signal) =>
      client.chat.complete({ model: "mistral-x", messages }, { fetchOptions: { signal } }),
  },
  {
    name: "chat.stream",
    span: "Mistral Chat Stream",
    says: VISIBLE,
    streams: true,
    run: async (client, signal) =>
      all(await client.chat.stream({ model: "mistral-x", messages }, { fetchOptions: { signal } })),
  },
  {
    name: "fim.complete",
    span: "Mistral FIM",
    says: VISIBLE,
    run: (client) => client.fim.complete({ model: "codestral-x", prompt: "def" }),
  },
  {
    name: "agents.complete",
    span: "Mistral Agents",
    says: VISIBLE,
    run: (client) => client.agents.complete({ agentId: "a1", messages }),
  },
  {
    name: "embeddings.create",
    span: "Mistral Embeddings",
    kind: "EMBEDDING",
    run: (client) => client.embeddings.create({ model: "mistral-embed", inputs: ["cod", "eel"] }),
  },
];

const mistral = (installed: string): SdkUnderTest => ({
  installed,
  sdk: "@mistralai/mistralai",
  provider: "mistralai",
  make: ({ Mistral }, url) =>
    new Mistral({ apiKey: "key", serverURL: `${url}/mistral`, retryConfig: { strategy: "none" } }),
  calls: mistralCalls,
});

const RERANK = {
  "reranker.query": "fish",
  "reranker.input_documents.1.document.content": "eel",
  "reranker.output_documents.0.document.content": "eel",
  "reranker.output_documents.0.document.score": 0.75,
};
const ONCE = { maxRetries: 0 };
const cohereOf = (v2: (client: Client) => Client): readonly SdkCall[] => [
  {
    name: "chat, version 2",
    span: "Cohere Chat",
    says: VISIBLE,
    run: (client, abortSignal) => v2(client).chat({ model: "command-x", messages }, { abortSignal, ...ONCE }),
  },
  {
    name: "chatStream, version 2",
    span: "Cohere Chat Stream",
    says: VISIBLE,
    streams: true,
    run: async (client, abortSignal) =>
      all(await v2(client).chatStream({ model: "command-x", messages }, { abortSignal, ...ONCE })),
  },
  {
    name: "embed, version 2",
    span: "Cohere Embed",
    kind: "EMBEDDING",
    run: (client) =>
      v2(client).embed(
        {
          model: "embed-x",
          texts: ["cod", "eel"],
          inputType: "search_document",
          embeddingTypes: ["float"],
        },
        ONCE,
      ),
  },
  {
    name: "rerank, version 2",
    span: "Cohere Rerank",
    kind: "RERANKER",
    says: RERANK,
    run: (client) =>
      v2(client).rerank({ model: "rerank-x", query: "fish", documents: ["cod", "eel"], topN: 2 }, ONCE),
  },
];
const cohereV1: readonly SdkCall[] = [
  {
    name: "chat",
    span: "Cohere Chat",
    says: VISIBLE,
    run: (client, abortSignal) =>
      client.chat({ model: "command-x", message: "How heavy?" }, { abortSignal, ...ONCE }),
  },
  {
    name: "chatStream",
    span: "Cohere Chat Stream",
    says: VISIBLE,
    streams: true,
    run: async (client, abortSignal) =>
      all(await client.chatStream({ model: "command-x", message: "How heavy?" }, { abortSignal, ...ONCE })),
  },
  {
    name: "embed",
    span: "Cohere Embed",
    kind: "EMBEDDING",
    run: (client) =>
      client.embed({ model: "embed-x", texts: ["cod", "eel"], inputType: "search_document" }, ONCE),
  },
  {
    name: "rerank",
    span: "Cohere Rerank",
    kind: "RERANKER",
    says: RERANK,
    run: (client) => client.rerank({ model: "rerank-x", query: "fish", documents: ["cod", "eel"] }, ONCE),
  },
];

const cohere = (installed: string, Client: "CohereClient" | "CohereClientV2"): SdkUnderTest => ({
  installed,
  sdk: "cohere-ai",
  provider: "cohere",
  make: (exports, url) =>
    new (exports[Client] ?? exports.default[Client])({ token: "token", environment: `${url}/cohere` }),
  calls:
    Client === "CohereClient"
      ? [...cohereV1, ...cohereOf((client) => client.v2)]
      : cohereOf((client) => client),
});

const ollama = (installed: string): SdkUnderTest => ({
  installed,
  sdk: "ollama",
  provider: "ollama",
  make: ({ Ollama }, url) => new Ollama({ host: `${url}/ollama` }),
  calls: [
    {
      name: "chat",
      span: "Ollama Chat",
      says: VISIBLE,
      run: (client) => client.chat({ model: "llama3", messages: structuredClone(messages) }),
    },
    {
      name: "chat, streamed",
      span: "Ollama Chat",
      says: VISIBLE,
      streams: true,
      run: async (client) =>
        all(await client.chat({ model: "llama3", messages: structuredClone(messages), stream: true })),
    },
    {
      name: "generate",
      span: "Ollama Generate",
      says: VISIBLE,
      run: (client) => client.generate({ model: "llama3", prompt: "How heavy?" }),
    },
    {
      name: "embed",
      span: "Ollama Embed",
      kind: "EMBEDDING",
      run: (client) =>
        client.embed === undefined
          ? client.embeddings({ model: "nomic-embed-text", prompt: "cod" })
          : client.embed({ model: "nomic-embed-text", input: ["cod", "eel"] }),
    },
  ],
});

const converse = {
  modelId: "anthropic.claude-x",
  messages: [{ role: "user", content: [{ text: "How heavy is the cod?" }] }],
};
const invoke = (modelId: string, body: object): object => ({
  modelId,
  contentType: "application/json",
  body: JSON.stringify(body),
});
/** The SDK's module, for its commands. */
let aws: Client;

const bedrock: SdkUnderTest = {
  installed: "@aws-sdk/client-bedrock-runtime",
  sdk: "@aws-sdk/client-bedrock-runtime",
  provider: "aws",
  aborts: true,
  make: (exports, url) => {
    aws = exports;
    return new exports.BedrockRuntime({
      region: "eu-north-1",
      endpoint: `${url}/bedrock`,
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
      maxAttempts: 1,
      // The SDK's own speaks HTTP/2.
      requestHandler: new NodeHttpHandler(),
    });
  },
  calls: [
    {
      name: "ConverseCommand",
      span: "Bedrock Converse",
      says: VISIBLE,
      run: (client, abortSignal) => client.send(new aws.ConverseCommand(converse), { abortSignal }),
    },
    {
      name: "ConverseStreamCommand",
      span: "Bedrock Converse",
      says: VISIBLE,
      streams: true,
      run: async (client, abortSignal) => {
        const { stream } = await client.send(new aws.ConverseStreamCommand(converse), { abortSignal });
        return all(stream);
      },
    },
    {
      name: "converse()",
      span: "Bedrock Converse",
      says: VISIBLE,
      run: (client) => client.converse(converse),
    },
    {
      name: "ConverseCommand with a callback",
      span: "Bedrock Converse",
      says: VISIBLE,
      run: (client) =>
        new Promise((resolve, reject) => {
          client.send(new aws.ConverseCommand(converse), (error: Error | null, output: unknown) =>
            error === null ? resolve(output) : reject(error),
          );
        }),
    },
    {
      name: "InvokeModelCommand",
      span: "Bedrock Invoke Model",
      says: VISIBLE,
      run: async (client, abortSignal) => {
        const command = new aws.InvokeModelCommand(invoke("anthropic.claude-x", CLAUDE));
        const { body } = await client.send(command, { abortSignal });
        return JSON.parse(Buffer.from(body).toString());
      },
    },
    {
      name: "InvokeModelWithResponseStreamCommand",
      span: "Bedrock Invoke Model",
      says: VISIBLE,
      streams: true,
      run: async (client, abortSignal) => {
        const command = new aws.InvokeModelWithResponseStreamCommand(invoke("anthropic.claude-x", CLAUDE));
        const { body } = await client.send(command, { abortSignal });
        return all(body);
      },
    },
    {
      name: "InvokeModelCommand of an embedding",
      span: "Bedrock Invoke Model",
      kind: "EMBEDDING",
      run: async (client) => {
        const command = new aws.InvokeModelCommand(
          invoke("amazon.titan-embed-text-v2:0", { inputText: "cod" }),
        );
        return Buffer.from((await client.send(command)).body).toString();
      },
    },
    {
      name: "InvokeModelCommand of a reranker",
      span: "Bedrock Invoke Model",
      kind: "RERANKER",
      says: RERANK,
      run: async (client) => {
        const asked = { query: "fish", documents: ["cod", "eel"], api_version: 2 };
        const command = new aws.InvokeModelCommand(invoke("cohere.rerank-v3-5:0", asked));
        return Buffer.from((await client.send(command)).body).toString();
      },
    },
  ],
};

export const SDKS: readonly SdkUnderTest[] = [
  openAi("openai4", 4),
  openAi("openai5", 5),
  openAi("openai", 6),
  openAi("openai7", 7),
  anthropic("anthropic030", false),
  anthropic("@anthropic-ai/sdk", true),
  genAi("genai0"),
  genAi("@google/genai"),
  genAi("genai3"),
  {
    ...generativeAi,
    make: (exports, url) => {
      const client = generativeAi.make(exports, url) as object;
      urls.set(client, `${url}/google`);
      return client;
    },
  },
  groq("groq0"),
  groq("groq-sdk"),
  mistral("mistral1"),
  mistral("@mistralai/mistralai"),
  {
    ...cohere("cohere7", "CohereClient"),
    make: ({ CohereClient }, url) => new CohereClient({ token: "token", environment: `${url}/cohere/v1` }),
    calls: cohereV1,
  },
  cohere("cohere-ai", "CohereClient"),
  cohere("cohere-ai", "CohereClientV2"),
  ollama("ollama05"),
  ollama("ollama"),
  bedrock,
];
