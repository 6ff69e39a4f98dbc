// One call to a model by each SDK, from what its module exports; and the module's names.
const messages = [{ role: "user", content: "How heavy is the cod?" }];
const url = process.env.MODELS;

/** What a module exports by a name, also where its exports came whole as its default. */
const of = (exports, name) => exports[name] ?? exports.default?.[name] ?? exports.default;

/** Makes a client, and gives the function that calls. */
exports.CLIENTS = {
  openai: (sdk) => {
    const client = new (of(sdk, "OpenAI"))({ apiKey: "key", baseURL: `${url}/v1`, maxRetries: 0 });
    return () => client.chat.completions.create({ model: "gpt-4o", messages });
  },
  openai4: (sdk) => exports.CLIENTS.openai(sdk),
  openai7: (sdk) => exports.CLIENTS.openai(sdk),
  "@anthropic-ai/sdk": (sdk) => {
    const client = new (of(sdk, "Anthropic"))({ apiKey: "key", baseURL: url, maxRetries: 0 });
    return () => client.messages.create({ model: "claude-x", max_tokens: 9, messages });
  },
  "@google/genai": (sdk) => {
    const client = new (of(sdk, "GoogleGenAI"))({ apiKey: "key", httpOptions: { baseUrl: `${url}/google` } });
    return () =>
      client.models.generateContent({ model: "gemini-2.0-flash", contents: "How heavy is the cod?" });
  },
  "@google/generative-ai": (sdk) => {
    const client = new (of(sdk, "GoogleGenerativeAI"))("key");
    const model = client.getGenerativeModel({ model: "gemini-2.0-flash" }, { baseUrl: `${url}/google` });
    return () => model.generateContent("How heavy is the cod?");
  },
  "@mistralai/mistralai": (sdk) => {
    const client = new (of(sdk, "Mistral"))({ apiKey: "key", serverURL: url });
    return () => client.chat.complete({ model: "mistral-small", messages });
  },
  "cohere-ai": (sdk) => {
    const client = new (of(sdk, "CohereClientV2"))({ token: "token", environment: `${url}/cohere` });
    return () => client.chat({ model: "command-r", messages });
  },
  ollama: (sdk) => {
    const client = new (of(sdk, "Ollama"))({ host: `${url}/ollama` });
    return () => client.chat({ model: "llama3", messages });
  },
  "groq-sdk": (sdk) => {
    const client = new (of(sdk, "Groq"))({ apiKey: "key", baseURL: url, maxRetries: 0 });
    return () => client.chat.completions.create({ model: "llama3", messages });
  },
  "@aws-sdk/client-bedrock-runtime": (sdk) => {
    const { NodeHttpHandler } = require("@smithy/node-http-handler");
    const client = new sdk.BedrockRuntimeClient({
      region: "eu-north-1",
      endpoint: `${url}/bedrock`,
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
    });
    const content = [{ text: "How heavy is the cod?" }];
    return () =>
      client.send(
        new sdk.ConverseCommand({ modelId: "anthropic.claude-x", messages: [{ role: "user", content }] }),
      );
  },
};

/** Calls one after the other, and prints whose call gave something. */
exports.callAll = async (calls) => {
  for (const [name, call] of calls) console.log(name, (await call()) === undefined ? "nothing" : "answered");
};
