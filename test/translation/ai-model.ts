// Models of the AI SDK's own mocks, in the words of each of its versions, and calls that show all that its spans hold.
import { jsonSchemaOf, type Loaded, loadSdk, type SdkVersion } from "./ai-sdk-loader.ts";

/** What a call throws belongs to the scenario. */
export const ignoreFailure = (): undefined => undefined;

const usageOf = (version: SdkVersion): object => {
  if (version === 4) return { promptTokens: 20, completionTokens: 7 };
  if (version === 5) {
    return { inputTokens: 20, outputTokens: 7, totalTokens: 27, reasoningTokens: 3, cachedInputTokens: 5 };
  }
  return {
    inputTokens: { total: 20, noCache: 15, cacheRead: 5, cacheWrite: undefined },
    outputTokens: { total: 7, text: 4, reasoning: 3 },
  };
};

const RESPONSE = { id: "r1", timestamp: new Date(0), modelId: "mock-2024" };
const ARGUMENTS = '{"place":"Oslo"}';
/** A PNG of one pixel. */
export const IMAGE =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The AI SDK of one version, with its mock models. */
export class MockedSdk {
  readonly version: SdkVersion;
  readonly sdk: Loaded;

  private constructor(version: SdkVersion, sdk: Loaded) {
    this.version = version;
    this.sdk = sdk;
  }

  static async load(version: SdkVersion): Promise<MockedSdk> {
    return new MockedSdk(version, await loadSdk(version));
  }

  /** A model that answers with these parts, one answer after the other. */
  model(...answers: readonly (readonly [parts: readonly Part[], reason: string])[]): object {
    let next = 0;
    return this.#languageModel({
      doGenerate: async () => {
        const [parts, reason] = answers[Math.min(next++, answers.length - 1)]!;
        return this.#answer(parts, reason);
      },
    });
  }

  failingModel(): object {
    return this.#languageModel({
      doGenerate: async () => {
        throw new Error("model down");
      },
    });
  }

  /** A model that thinks `th` and streams `Hel`, `lo`. */
  streamingModel(): object {
    const usage = usageOf(this.version);
    const chunks =
      this.version === 4
        ? [
            { type: "reasoning", textDelta: "th" },
            { type: "text-delta", textDelta: "Hel" },
            { type: "text-delta", textDelta: "lo" },
            { type: "finish", finishReason: "stop", usage },
          ]
        : [
            { type: "stream-start", warnings: [] },
            { type: "response-metadata", ...RESPONSE },
            { type: "reasoning-start", id: "1" },
            { type: "reasoning-delta", id: "1", delta: "th" },
            { type: "reasoning-end", id: "1" },
            { type: "text-start", id: "2" },
            { type: "text-delta", id: "2", delta: "Hel" },
            { type: "text-delta", id: "2", delta: "lo" },
            { type: "text-end", id: "2" },
            { type: "finish", finishReason: this.#reason("stop"), usage },
          ];
    return this.#languageModel({
      doStream: async () => ({
        stream: this.sdk.simulateReadableStream({ chunks }),
        rawCall: { rawPrompt: null, rawSettings: {} },
      }),
    });
  }

  embeddingModel(): object {
    return new this.sdk.EmbeddingModel({
      provider: "openai.embedding",
      modelId: "text-embedding-3",
      maxEmbeddingsPerCall: 10,
      doEmbed: async ({ values }: { values: string[] }) => ({
        embeddings: values.map((_value, index) => [index, 0.5]),
        usage: { tokens: 9 },
        warnings: [],
      }),
    });
  }

  rerankingModel(): object {
    return new this.sdk.RerankingModel!({
      provider: "cohere.rerank",
      modelId: "rerank-3",
      doRerank: async () => ({
        ranking: [
          { index: 1, relevanceScore: 0.9 },
          { index: 0, relevanceScore: 0.1 },
        ],
        warnings: [],
      }),
    });
  }

  /** A tool `weather` that answers or fails. */
  weather(execute: () => Promise<unknown>): object {
    const place = jsonSchemaOf(this.sdk, { place: { type: "string" } });
    return { weather: { description: "Weather", parameters: place, inputSchema: place, execute } };
  }

  #languageModel(options: object): object {
    return new this.sdk.LanguageModel({
      provider: "openai.chat",
      modelId: "gpt-4o",
      supportsImageUrls: true,
      supportsUrl: () => true,
      supportedUrls: { "image/*": [/.*/] },
      defaultObjectGenerationMode: "json",
      ...options,
    });
  }

  #reason(reason: string): unknown {
    return this.version > 5 ? { unified: reason, raw: reason } : reason;
  }

  #answer(parts: readonly Part[], reason: string): object {
    const usage = usageOf(this.version);
    if (this.version !== 4) {
      const content = parts.map((part) =>
        part.type === "call"
          ? { type: "tool-call", toolCallId: "c1", toolName: "weather", input: ARGUMENTS }
          : part,
      );
      return { content, finishReason: this.#reason(reason), usage, warnings: [], response: RESPONSE };
    }
    return {
      rawCall: { rawPrompt: null, rawSettings: {} },
      finishReason: reason,
      usage,
      text: parts.find(({ type }) => type === "text")?.text,
      toolCalls: parts
        .filter(({ type }) => type === "call")
        .map(() => ({
          toolCallType: "function",
          toolCallId: "c1",
          toolName: "weather",
          args: ARGUMENTS,
        })),
      response: RESPONSE,
    };
  }
}

/** A part of a mock model's answer. `call` is a call of the tool `weather`. */
export interface Part {
  readonly type: "text" | "reasoning" | "call";
  readonly text?: string;
}
