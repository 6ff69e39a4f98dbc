// Retrieval: embedding, search and reranking over a small index, each step as a span of its kind.
import {
  getActiveSpan,
  register,
  traceChain,
  traceEmbedding,
  traceReranker,
  traceRetriever,
} from "phoenix-otel";

const provider = register({ projectName: "retriever" });

const pages = ["Descale a kettle with vinegar.", "A kettle boils water.", "Tea needs boiling water."];

/** How often each letter occurs: a vector without a model. */
const letters = (text: string): number[] =>
  "abcdefghijklmnopqrstuvwxyz".split("").map((letter) => text.toLowerCase().split(letter).length - 1);

const embed = traceEmbedding(async (texts: string[]) => texts.map(letters), {
  name: "embed",
  model: "letters-26",
});

const product = (a: number[], b: number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

const search = traceRetriever(
  async (query: string) => {
    const [queryVector = [], ...vectors] = await embed([query, ...pages]);
    getActiveSpan().setMetadata({ index: "kettles" });
    return pages
      .map((content, id) => ({ id: String(id), content, score: product(queryVector, vectors[id] ?? []) }))
      .toSorted((a, b) => b.score - a.score);
  },
  { name: "search" },
);

const rerank = traceReranker(
  (query: string, documents: { content: string }[], { topK }: { topK: number }) =>
    documents.filter(({ content }) => content.toLowerCase().includes(query)).slice(0, topK),
  { name: "rerank", model: "contains-1" },
);

const find = traceChain(
  async (word: string) => {
    const [best] = rerank(word, await search(word), { topK: 1 });
    return best?.content ?? "nothing";
  },
  { name: "find" },
);

console.log(await find("descale"));

await provider.forceFlush();
