// The main job as a newcomer meets it: `npm run demo`, to the view and to an endpoint of one's own.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { run } from "../support/run-program.ts";

/** Every step of the quickstart, indented under the step that it ran in. */
const TREE = `
CHAIN answer-customer
  AGENT support-agent
    LLM chat
    TOOL search_manual
      RETRIEVER manual-pages
        EMBEDDING embed-query
    TOOL check_warranty ERROR
    TOOL check_warranty
    LLM chat
`;

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await receiver.stop();
});

const demo = async (environment: Record<string, string> = {}) =>
  await run("npm", ["run", "--silent", "demo"], environment);

test("the demo prints question, answer and the trace as a tree, without colours where no terminal is", async () => {
  const { status, stdout, stderr } = await demo();
  expect(status).toBe(0);
  expect(stderr).not.toContain("PHX");
  expect(stdout).toContain("question: My BX-20417 shows E4");
  expect(stdout).toContain("answer:   E4 means the water circuit is blocked by scale");
  for (const line of TREE.trim().split("\n")) {
    const [kind = "", name = ""] = line.trim().split(" ");
    expect(stdout).toMatch(new RegExp(`${kind}\\s.*${name}`));
  }
  expect(stdout).toContain("503 Service Unavailable");
  expect(stdout).not.toContain("\u001B[");
});

test("the demo sends to PHOENIX_COLLECTOR_ENDPOINT when that is set", async () => {
  const { status, stdout } = await demo({ PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` });
  expect(status).toBe(0);
  expect(stdout).toContain(receiver.httpUrl);
  const spans = await receiver.waitForSpans(9);
  expect(treeOf(spans)).toBe(TREE);
  expect(spans.every(({ resource }) => resource["openinference.project.name"] === "quickstart")).toBe(true);
});

test("the model's calls carry messages, tool calls, tools, model and token counts", async () => {
  await demo({ PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` });
  const spans = await receiver.waitForSpans(9);
  const [first, last] = inOrder(spans).filter(({ name }) => name === "chat");
  expect(first?.attributes).toMatchObject({
    "llm.model_name": expect.stringMatching(/^gpt-4o-mini/),
    "llm.input_messages.1.message.role": "user",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "search_manual",
    "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": '{"serial":"BX-20417"}',
    "llm.token_count.total": expect.any(Number),
  });
  expect(first?.attributes["llm.tools.1.tool.json_schema"]).toContain("check_warranty");
  expect(last?.attributes).toMatchObject({
    "llm.output_messages.0.message.content": expect.stringContaining("under warranty until 2027-03-14"),
    "llm.token_count.prompt": expect.any(Number),
    "llm.token_count.completion": expect.any(Number),
  });
  const retriever = spans.find(({ name }) => name === "manual-pages");
  expect(retriever?.attributes).toMatchObject({
    "retrieval.documents.0.document.id": "manual-31",
    "retrieval.documents.0.document.score": 0.92,
  });
});

const inOrder = (spans: readonly CollectedSpan[]): CollectedSpan[] =>
  spans.toSorted((one, other) => (one.startTimeNanos < other.startTimeNanos ? -1 : 1));

function treeOf(spans: readonly CollectedSpan[], parent?: string, indent = ""): string {
  const lines = inOrder(spans)
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map((span) => {
      const failed = span.status.code === "ERROR" ? " ERROR" : "";
      const { "openinference.span.kind": kind } = span.attributes as Record<string, string>;
      return `${indent}${kind} ${span.name}${failed}\n${treeOf(spans, span.spanId, `${indent}  `)}`;
    });
  return (parent === undefined ? "\n" : "") + lines.join("");
}
