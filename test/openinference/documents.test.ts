// The documents that vector stores, search engines and rerankers give, in the shapes of their SDKs.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { traceReranker, traceRetriever } from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

/** Documents by their members, from attributes under `prefix`. */
function documentsOf(prefix: string): object[] {
  const documents: Record<string, unknown>[] = [];
  for (const [key, value] of Object.entries(recorded.spans.at(-1)?.attributes ?? {})) {
    const [, index, member] = new RegExp(`^${prefix}\\.(\\d+)\\.document\\.(\\w+)$`).exec(key) ?? [];
    if (index !== undefined && member !== undefined) (documents[Number(index)] ??= {})[member] = value;
  }
  return documents;
}

const a = { id: "a", content: "A cod." };
const b = { id: "b", content: "A pike." };

test.each<[string, unknown, object[]]>([
  [
    "Chroma's query",
    {
      ids: [["a", "b"]],
      documents: [["A cod.", "A pike."]],
      metadatas: [[{ page: 1 }, null]],
      distances: [[0.1, 0.2]],
      embeddings: null,
      include: ["documents"],
    },
    [
      { ...a, score: 0.1, metadata: '{"page":1}' },
      { ...b, score: 0.2 },
    ],
  ],
  [
    "Chroma's get",
    { ids: ["a", "b"], documents: ["A cod.", "A pike."], metadatas: [null, { page: 2 }] },
    [a, { ...b, metadata: '{"page":2}' }],
  ],
  [
    "Weaviate's client",
    {
      objects: [
        { uuid: "a", properties: { content: "A cod.", page: 1 }, metadata: { distance: 0.1 }, vectors: {} },
        { uuid: "b", properties: { content: "A pike." }, metadata: { score: 0.5 } },
      ],
    },
    [
      { ...a, score: 0.1, metadata: '{"content":"A cod.","page":1}' },
      { ...b, score: 0.5, metadata: '{"content":"A pike."}' },
    ],
  ],
  [
    "Weaviate's GraphQL",
    { data: { Get: { Fish: [{ text: "A cod.", page: 1, _additional: { id: "a", certainty: 0.9 } }] } } },
    [{ ...a, score: 0.9, metadata: '{"page":1}' }],
  ],
  [
    "Elasticsearch",
    {
      took: 1,
      hits: {
        total: { value: 1 },
        hits: [{ _index: "fish", _id: "a", _score: 3.2, _source: { text: "A cod.", page: 1 } }],
      },
    },
    [{ ...a, score: 3.2, metadata: '{"text":"A cod.","page":1}' }],
  ],
  [
    "OpenSearch's body",
    {
      statusCode: 200,
      body: { hits: { hits: [{ _id: "a", _score: 3.2, _source: { content: "A cod." } }] } },
    },
    [{ ...a, score: 3.2, metadata: '{"content":"A cod."}' }],
  ],
  [
    "Qdrant's query",
    { points: [{ id: 7, version: 1, score: 0.9, payload: { page_content: "A cod.", page: 1 } }] },
    [{ id: "7", content: "A cod.", score: 0.9, metadata: '{"page_content":"A cod.","page":1}' }],
  ],
  [
    "Qdrant's REST",
    { result: { points: [{ id: "a", score: 0.9, payload: { text: "A cod." } }] }, status: "ok" },
    [{ ...a, score: 0.9, metadata: '{"text":"A cod."}' }],
  ],
  [
    "Pinecone's records",
    { result: { hits: [{ _id: "a", _score: 0.9, fields: { chunk_text: "A cod." } }] } },
    [{ ...a, score: 0.9, metadata: '{"chunk_text":"A cod."}' }],
  ],
  [
    "pgvector's rows",
    {
      command: "SELECT",
      rows: [{ id: 7, content: "A cod.", embedding: "[0.1,0.2]", similarity: "0.75", page: 1 }],
    },
    [{ id: "7", content: "A cod.", score: 0.75, metadata: '{"page":1}' }],
  ],
  [
    "pgvector's rows with metadata as JSON text",
    [{ id: "a", document: "A cod.", cmetadata: '{"page":1}', distance: 0.25 }],
    [{ ...a, score: 0.25, metadata: '{"page":1}' }],
  ],
  [
    "Milvus",
    { status: { code: 0 }, results: [{ id: "a", score: 0.9, text: "A cod.", page: 1 }] },
    [{ ...a, score: 0.9, metadata: '{"page":1}' }],
  ],
  [
    "Milvus with a list for each query",
    {
      results: [
        [
          { id: "a", score: 0.9, text: "A cod." },
          { id: "b", score: 0.5, text: "A pike." },
        ],
      ],
    },
    [
      { ...a, score: 0.9 },
      { ...b, score: 0.5 },
    ],
  ],
  [
    "Bedrock's knowledge bases",
    { retrievalResults: [{ content: { text: "A cod.", type: "TEXT" }, score: 0.9, metadata: { page: 1 } }] },
    [{ content: "A cod.", score: 0.9, metadata: '{"page":1}' }],
  ],
  [
    "OpenAI's vector stores",
    {
      data: [
        {
          file_id: "a",
          score: 0.9,
          attributes: { page: 1 },
          content: [
            { type: "text", text: "A" },
            { type: "text", text: "cod." },
          ],
        },
      ],
    },
    [{ id: "a", content: "A\ncod.", score: 0.9, metadata: '{"page":1}' }],
  ],
  [
    "Azure AI Search",
    { value: [{ "@search.score": 1.5, id: "a", content: "A cod." }] },
    [{ ...a, score: 1.5 }],
  ],
  [
    "Redis",
    { total: 1, documents: [{ id: "a", value: { content: "A cod.", __vector_score: "0.25" } }] },
    [{ ...a, score: 0.25 }],
  ],
  ["Upstash", [{ id: "a", score: 0.9, data: "A cod." }], [{ ...a, score: 0.9 }]],
])("a retriever reads %s", (_store, result, documents) => {
  traceRetriever((_query: string) => result, { name: "search" })("fish");
  expect(documentsOf("retrieval.documents")).toEqual(documents);
});

test.each<[string, unknown]>([
  ["one document within itself", [cyclic()]],
  ["columns of another kind", { ids: 7, documents: "x" }],
  ["an answer of a model", { choices: [] }],
  ["numbers", [1, 2]],
])("a retriever reads no documents from %s", (_name, result) => {
  traceRetriever((_query: string) => result, { name: "search" })("fish");
  expect(documentsOf("retrieval.documents")).toEqual([]);
  expect(recorded.one("search").status.code).toBe(1);
});

function cyclic(): object {
  const cycle: Record<string, unknown> = {};
  cycle["document"] = cycle;
  return cycle;
}

describe("a reranker", () => {
  const ranked = [
    { ...b, score: 0.9 },
    { ...a, score: 0.1 },
  ];
  const contents = ranked.map(({ content, score }) => ({ content, score }));

  test.each<[string, object, unknown, object[]]>([
    [
      "Cohere",
      { model: "rerank-v3.5", query: "pike", documents: ["A cod.", "A pike."], topN: 2 },
      {
        results: [
          { index: 1, relevanceScore: 0.9 },
          { index: 0, relevanceScore: 0.1 },
        ],
        id: "r",
      },
      contents,
    ],
    [
      "Voyage",
      { model: "rerank-2", query: "pike", documents: ["A cod.", "A pike."], topK: 2 },
      {
        object: "list",
        data: [
          { index: 1, relevanceScore: 0.9, document: "A pike." },
          { index: 0, relevanceScore: 0.1, document: "A cod." },
        ],
      },
      contents,
    ],
    [
      "Jina",
      {
        model: "jina-reranker-v2",
        query: "pike",
        documents: [{ text: "A cod." }, { text: "A pike." }],
        top_n: 2,
      },
      {
        results: [
          { index: 1, relevance_score: 0.9, document: { text: "A pike." } },
          { index: 0, relevance_score: 0.1 },
        ],
      },
      contents,
    ],
    [
      "Pinecone",
      {
        model: "bge-reranker-v2-m3",
        query: "pike",
        documents: [a, b].map(({ id, content }) => ({ id, text: content })),
        topN: 2,
      },
      {
        data: [
          { index: 1, score: 0.9, document: { id: "b", text: "A pike." } },
          { index: 0, score: 0.1 },
        ],
      },
      ranked,
    ],
    [
      "the AI SDK",
      {
        model: { modelId: "rerank-v3.5", provider: "cohere" },
        query: "pike",
        documents: ["A cod.", "A pike."],
        topN: 2,
      },
      {
        ranking: [
          { originalIndex: 1, score: 0.9, document: "A pike." },
          { originalIndex: 0, score: 0.1, document: "A cod." },
        ],
      },
      contents,
    ],
  ])("reads %s", (_vendor, request, result, documents) => {
    traceReranker((_request: object) => result, { name: "rank" })(request);
    expect(documentsOf("reranker.output_documents")).toEqual(documents);
    const inputs = documentsOf("reranker.input_documents") as { content?: string }[];
    expect(inputs.map(({ content }) => content)).toEqual(["A cod.", "A pike."]);
    const attributes = recorded.attributes("rank");
    expect(attributes["reranker.query"]).toBe("pike");
    expect(attributes["reranker.top_k"]).toBe(2);
    expect(attributes["reranker.model_name"]).toMatch(/rerank/);
  });

  test("takes the documents as they were before the call", () => {
    const rank = traceReranker(
      (_query: string, documents: string[]) => {
        documents.reverse();
        return { results: [{ index: 1, relevance_score: 0.9 }] };
      },
      { name: "rank" },
    );
    rank("pike", ["A cod.", "A pike."]);
    expect(documentsOf("reranker.output_documents")).toEqual([{ content: "A pike.", score: 0.9 }]);
  });

  test("says no document whose content may not be seen, only its place", () => {
    const result = { results: [{ index: 1, relevance_score: 0.9 }] };
    const rank = traceReranker((_query: string, _documents: string[]) => result, {
      name: "rank",
      captureInput: false,
    });
    rank("pike", ["A cod.", "A pike."]);
    expect(documentsOf("reranker.output_documents")).toEqual([{ id: "1", score: 0.9 }]);
  });
});
