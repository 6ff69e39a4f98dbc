// Programs that were written for @arizeai/phoenix-otel, run with it and with its name replaced: the same spans arrive.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout, run } from "../support/run-program.ts";

/** Each ends by itself, and has sent everything when it does: the peer's flush nothing at the end. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "the quick start": `
import { register, traceChain } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER });
const answerQuestion = traceChain(async (question) => \`Handled: \${question}\`, { name: "answer-question" });
await answerQuestion("What is Phoenix?");
await provider.shutdown();
`,
  "tracing helpers around each other": `
import { register, traceAgent, traceChain, traceTool, withSpan } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER });
const searchDocs = traceTool(async (query) => [{ title: query }], { name: "search-docs" });
const summarize = traceChain((text) => \`Summary of \${text.length} chars\`, { name: "summarize" });
const retrieveDocs = withSpan(async (query, options) => [query, options.limit, { three: true }], { name: "retrieve-docs", kind: "RETRIEVER" });
const supportAgent = traceAgent(async (question) => {
  const docs = await searchDocs(question);
  await retrieveDocs(question, { limit: 3 });
  return summarize(JSON.stringify(docs));
}, { name: "support-agent", attributes: { "app.tenant": "acme" } });
await supportAgent("How do I reset my password?");
await provider.shutdown();
`,
  "input and output by hand": `
import { OpenInferenceSpanKind, getInputAttributes, getRetrieverAttributes, register, withSpan } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER });
const retrieveDocs = withSpan(async (query) => [\`Doc A for \${query}\`, \`Doc B for \${query}\`], {
  name: "retrieve-docs",
  kind: OpenInferenceSpanKind.RETRIEVER,
  processInput: (query) => getInputAttributes(query),
  processOutput: (documents) =>
    getRetrieverAttributes({ documents: documents.map((content, index) => ({ id: \`doc-\${index}\`, content })) }),
});
await retrieveDocs("phoenix");
await provider.shutdown();
`,
  "what the context says": `
import { context, getAttributesFromContext, register, setAttributes, setMetadata, setPromptTemplate, setSession, setUser, trace, traceChain } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER });
const handleQuery = traceChain(async (query) => \`Handled: \${query}\`, { name: "handle-query" });
let active = setUser(setSession(context.active(), { sessionId: "sess-123" }), { userId: "user-456" });
active = setAttributes(setMetadata(active, { environment: "production" }), { "app.request_id": "req-1" });
active = setPromptTemplate(active, { template: "About {topic}", variables: { topic: "billing" }, version: "v3" });
await context.with(active, async () => {
  await handleQuery("Hello");
  const span = trace.getTracer("manual-tracer").startSpan("manual-span");
  span.setAttributes(getAttributesFromContext(context.active()));
  span.end();
});
await provider.shutdown();
`,
  "spans by hand, and a failure": `
import { getLLMAttributes, register, SpanStatusCode, trace, traceTool } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER, batch: false });
const fails = traceTool(async () => { throw new TypeError("no such order"); }, { name: "fails" });
await trace.getTracer("my-service").startActiveSpan("process-order", async (span) => {
  try {
    span.setAttribute("order.id", "7");
    span.setAttributes(getLLMAttributes({
      provider: "openai", modelName: "gpt-4o-mini",
      inputMessages: [{ role: "user", content: "What is Phoenix?" }],
      outputMessages: [{ role: "assistant", content: "Phoenix is…" }],
      tokenCount: { prompt: 12, completion: 44, total: 56 },
      invocationParameters: { temperature: 0.2 },
    }));
    await fails();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  } finally {
    span.end();
  }
});
await provider.shutdown();
`,
  "redaction by OITracer": `
import { OITracer, OpenInferenceSpanKind, register, trace, withSpan } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER });
const tracer = new OITracer({ tracer: trace.getTracer("my-service"), traceConfig: { hideInputs: true } });
const safe = withSpan(async (prompt) => \`response of \${prompt.length}\`, { tracer, kind: OpenInferenceSpanKind.LLM, name: "safe-llm-call" });
await safe("secret");
await provider.shutdown();
`,
  "processors of its own": `
import { ensureCollectorEndpoint, OTLPTraceExporter, register, traceAgent, trace } from "PEER";
import { isOpenInferenceSpan, OpenInferenceSimpleSpanProcessor } from "PEER/vercel";
const provider = register({
  projectName: "my-agent",
  spanProcessors: [
    new OpenInferenceSimpleSpanProcessor({
      exporter: new OTLPTraceExporter({ url: ensureCollectorEndpoint(process.env.RECEIVER) }),
      spanFilter: isOpenInferenceSpan,
      reparentOrphanedSpans: true,
    }),
  ],
});
trace.getTracer("http").startActiveSpan("GET /", (span) => {
  traceAgent((question) => question.length, { name: "agent" })("why");
  span.end();
});
await provider.shutdown();
`,
  "a provider that is not global, attached for a while": `
import { attachGlobalTracerProvider, register, trace, traceChain } from "PEER";
const provider = register({ projectName: "my-app", url: process.env.RECEIVER, global: false });
const step = traceChain((text) => text, { name: "step" });
step("before");
const registration = attachGlobalTracerProvider(provider);
trace.getTracer("app").startActiveSpan("during", (span) => { step("during"); span.end(); });
registration.detach();
step("after");
await provider.shutdown();
`,
};

/** Ours writes the tool's name too. Theirs writes a kind of nothing on spans that have none. */
const isShared = ([key, value]: readonly [string, unknown]): boolean => key !== "tool.name" && value !== null;

interface Arrived {
  readonly name: string;
  readonly parent: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: unknown;
  readonly events: readonly string[];
  readonly project: unknown;
}

let project: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "peer-programs-"));
  await mkdir(path.join(project, "node_modules"));
  await symlink(checkout, path.join(project, "node_modules/phoenix-otel"));
  for (const scope of ["@arizeai", "@opentelemetry"]) {
    await symlink(path.join(checkout, "node_modules", scope), path.join(project, "node_modules", scope));
  }
  await writeFile(path.join(project, "package.json"), JSON.stringify({ type: "module" }));
  receiver = await startOtlpReceiver();
});
afterAll(async () => {
  await receiver.stop();
  await rm(project, { recursive: true, force: true });
});

/** Runs a program with one of the packages, and gives what arrived in the order of names. */
async function arrivedWith(peer: string, text: string): Promise<Arrived[]> {
  receiver.forget();
  const file = path.join(project, "program.mjs");
  await writeFile(file, text.replaceAll("PEER", peer));
  const { status, stderr } = await run(process.execPath, [file], { RECEIVER: receiver.httpUrl });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const nameOf = new Map(receiver.spans.map(({ spanId, name }) => [spanId, name]));
  return receiver.spans
    .map(({ name, parentSpanId, attributes, status, events, resource }) => ({
      name,
      parent: parentSpanId === undefined ? undefined : nameOf.get(parentSpanId),
      attributes: Object.fromEntries(Object.entries(attributes).filter(isShared)),
      status,
      events: events.map((event) => event.name),
      project: resource["openinference.project.name"],
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

describe("with the name replaced, the same arrives of", () => {
  it.each(Object.entries(PROGRAMS))("%s", async (_name, text) => {
    const theirs = await arrivedWith("@arizeai/phoenix-otel", text);
    expect(theirs.length).toBeGreaterThan(0);
    expect(await arrivedWith("phoenix-otel", text)).toEqual(theirs);
  });
});
