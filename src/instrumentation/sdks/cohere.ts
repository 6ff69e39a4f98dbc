// cohere-ai: its methods give a promise made of an inner one's, which holds data and response.
import { exported, hasMethods, memberAt } from "../member-path.ts";
import type { CallRow, RunTraced, SdkRow } from "../sdk-row.ts";

interface WithResponse {
  readonly data: unknown;
}

/** Traces the data of what the inner method gives. */
function traceData(trace: RunTraced, original: (args: unknown[]) => unknown, args: unknown[]): unknown {
  let held: WithResponse | undefined;
  const data = trace(() =>
    (original(args) as Promise<WithResponse>).then((whole) => {
      held = whole;
      return whole.data;
    }),
  ) as Promise<unknown>;
  return data.then((seen) => ({ ...held, data: seen }));
}

/** Whether a client, or the one that a client of version 2 hands on to, has the inner method. */
const hasInner = (client: object, method: string): boolean =>
  ["", "clientV2.", "client."].some((holder) => hasMethods(client, holder + method));

const METHODS = [
  ["chat", "LLM", "Cohere Chat"],
  ["chatStream", "LLM", "Cohere Chat Stream"],
  ["generate", "LLM", "Cohere Generate"],
  ["generateStream", "LLM", "Cohere Generate Stream"],
  ["summarize", "LLM", "Cohere Summarize"],
  ["embed", "EMBEDDING", "Cohere Embed"],
  ["rerank", "RERANKER", "Cohere Rerank"],
] as const;

/** Where they are: of a client, of its second version, and of `CohereClientV2`, which hands on to the same. */
const HOLDERS = ["", "v2.", "clientV2.", "client."];

const calls: readonly CallRow[] = HOLDERS.flatMap((holder) =>
  METHODS.flatMap(([method, kind, name]): CallRow[] => [
    { path: `${holder}__${method}`, kind, name, call: traceData },
    // Before 7.15 there is no inner one.
    { path: `${holder}${method}`, kind, name, unless: (client) => hasInner(client, `__${method}`) },
  ]),
);

export const cohere: SdkRow = {
  sdk: "cohere-ai",
  versions: "7.9 - 8",
  provider: () => "cohere",
  isClient: (value) => hasMethods(value, "chatStream", "rerank", "embed"),
  prototypes: (exports) => {
    const Client = exported(exports, "CohereClient") as new (options: object) => object;
    const client = new Client({ token: "unused" });
    return [
      ["", Client.prototype],
      ["v2", Object.getPrototypeOf(memberAt(client, "v2") ?? {}) as unknown],
    ];
  },
  calls,
};
