// The AI SDK's versions under one shape: tests speak to all of them in the same words.

/** 7 wants Node 22, the others run on every Node that this package supports. */
export type SdkVersion = 4 | 5 | 6 | 7;

type Call = (options: object) => Promise<unknown>;
type Mock = new (options: object) => object;

/** What tests use of a version. */
export interface Loaded {
  readonly generateText: Call;
  readonly generateObject: Call;
  readonly embed: Call;
  readonly embedMany: Call;
  readonly rerank?: Call;
  readonly streamText: (options: object) => { readonly textStream: AsyncIterable<string> };
  readonly stepCountIs?: (count: number) => unknown;
  readonly jsonSchema: (schema: object) => unknown;
  readonly simulateReadableStream: (options: { chunks: readonly object[] }) => unknown;
  readonly LanguageModel: Mock;
  readonly EmbeddingModel: Mock;
  readonly RerankingModel?: Mock;
}

const MODULES = {
  4: async () => [await import("ai4"), await import("ai4/test")],
  5: async () => [await import("ai5"), await import("ai5/test")],
  6: async () => [await import("ai"), await import("ai/test")],
  7: async () => {
    const sdk = await import("ai7");
    return [{ ...sdk, stepCountIs: sdk.isStepCount }, await import("ai7/test")];
  },
} as const;

export async function loadSdk(version: SdkVersion): Promise<Loaded> {
  const [sdk, mocks] = (await MODULES[version]()) as unknown as [Loaded, Record<string, unknown>];
  const specification = version - 3;
  return {
    ...sdk,
    simulateReadableStream: mocks["simulateReadableStream"] as Loaded["simulateReadableStream"],
    LanguageModel: mocks[`MockLanguageModelV${specification}`] as Mock,
    EmbeddingModel: mocks[`MockEmbeddingModelV${specification}`] as Mock,
    ...(version > 5 && { RerankingModel: mocks[`MockRerankingModelV${specification}`] as Mock }),
  };
}

export const jsonSchemaOf = ({ jsonSchema }: Loaded, properties: object): unknown =>
  jsonSchema({ type: "object", properties, required: Object.keys(properties) });
