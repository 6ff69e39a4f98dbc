// The examples about wrappers, run as programs against a real receiver.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { runProgram } from "../support/run-program.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
beforeEach(() => receiver.forget());
afterAll(async () => {
  await receiver.stop();
});

/** Runs an example; its spans as `parent > child` and by name. */
async function run(example: string, spanCount: number) {
  const { status, stdout, stderr } = await runProgram(`examples/${example}`, {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
  });
  expect([status, stderr]).toEqual([0, ""]);
  await receiver.waitForSpans(spanCount);
  const { spans } = receiver;
  const tree = spans.map((span) => {
    const parent = spans.find((other) => other.spanId === span.parentSpanId);
    const kind = span.attributes["openinference.span.kind"] as string;
    return `${parent ? `${parent.name} > ` : ""}${kind} ${span.name}`;
  });
  return {
    stdout,
    tree: tree.toSorted(),
    of: (name: string) => spans.find((span) => span.name === name)?.attributes,
  };
}

test("decorators.ts traces the members of a class", async () => {
  const { stdout, tree, of } = await run("decorators.ts", 4);
  expect(stdout).toBe("Boil water with vinegar, wait, rinse.\n");
  expect(tree).toEqual([
    "AGENT answer",
    "answer > GUARDRAIL isPolite",
    "answer > RETRIEVER search",
    "answer > TOOL verbOf",
  ]);
  expect(of("isPolite")).toMatchObject({ "app.length": 20 });
  expect(of("search")).toMatchObject({ "retrieval.documents.0.document.id": "descale" });
});

test("streaming.ts keeps the work of a stream under its span", async () => {
  const { tree, of } = await run("streaming.ts", 4);
  expect(tree).toEqual(["CHAIN download", "CHAIN tell", "tell > TOOL look-up", "tell > TOOL look-up"]);
  expect(of("tell")).toMatchObject({ "output.value": "water (looked up) vinegar (looked up) " });
  expect(of("download")).toMatchObject({ "output.value": "line one\nline two\n" });
});

test("retriever.ts records documents, vectors and order", async () => {
  const { stdout, tree, of } = await run("retriever.ts", 4);
  expect(stdout).toBe("Descale a kettle with vinegar.\n");
  expect(tree).toEqual([
    "CHAIN find",
    "find > RERANKER rerank",
    "find > RETRIEVER search",
    "search > EMBEDDING embed",
  ]);
  expect(of("search")).toMatchObject({
    metadata: '{"index":"kettles"}',
    "retrieval.documents.2.document.id": expect.any(String) as string,
  });
  expect(of("embed")).toMatchObject({
    "embedding.model_name": "letters-26",
    "embedding.embeddings.0.embedding.text": "descale",
  });
  expect(of("rerank")).toMatchObject({ "reranker.query": "descale", "reranker.top_k": 1 });
});

test("manual-spans.ts writes what it sets by hand", async () => {
  const { tree, of } = await run("manual-spans.ts", 2);
  expect(tree).toEqual(["CHAIN report", "LLM complete"]);
  expect(of("complete")).toMatchObject({
    "llm.token_count.prompt": 7,
    "output.value": "100 °C at sea level.",
  });
  expect(of("report")).toMatchObject({ "output.value": '{"characters":20}', "tag.tags": ["manual"] });
});
