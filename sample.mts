import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { trace, context, SpanStatusCode } from "@opentelemetry/api";
const p = new NodeTracerProvider({ resource: resourceFromAttributes({ "openinference.project.name": "rag-demo" }), spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: process.argv[2] + "/v1/traces" }))] });
const t = p.getTracer("demo");
let now = Date.now() - 5000;
type N = { kind: string; name: string; at: number; ms: number; attrs?: object; err?: string; ok?: boolean; kids?: N[] };
function emit(n: N, ctx = context.active()) {
  const s = t.startSpan(n.name, { startTime: now + n.at, attributes: { ...(n.kind ? { "openinference.span.kind": n.kind } : {}), ...(n.attrs ?? {}) } as never }, ctx);
  for (const k of n.kids ?? []) emit(k, trace.setSpan(ctx, s));
  if (n.err) { s.recordException(new TypeError(n.err)); s.setStatus({ code: SpanStatusCode.ERROR, message: n.err }); } else if (n.ok !== false) s.setStatus({ code: SpanStatusCode.OK });
  s.end(now + n.at + n.ms);
}
const io = (i: string, o?: string) => ({ "input.value": i, ...(o ? { "output.value": o } : {}) });
emit({ kind: "CHAIN", name: "answer-question", at: 0, ms: 2412, attrs: io("How do I send traces to Phoenix from a Node.js program, and does it work when Phoenix is down?", "Call register() once at the start. Spans wait in memory until Phoenix is back, and nothing is lost while memory lasts."), kids: [
  { kind: "RETRIEVER", name: "search-docs", at: 12, ms: 188, attrs: { ...io("send traces to Phoenix from Node.js"), "retrieval.documents.0.document.content": "register() reads PHOENIX_COLLECTOR_ENDPOINT and installs a batch span processor.", "retrieval.documents.1.document.content": "x", "retrieval.documents.2.document.content": "x" }, kids: [
    { kind: "EMBEDDING", name: "embed-query", at: 14, ms: 61.5, attrs: { "embedding.model_name": "text-embedding-3-small", "llm.token_count.total": 9 } },
    { kind: "RERANKER", name: "rerank", at: 120, ms: 71, attrs: { "reranker.model_name": "bge-reranker" } } ] },
  { kind: "AGENT", name: "research-agent", at: 210, ms: 2150, attrs: io("How do I send traces?", "Call register() once."), kids: [
    { kind: "LLM", name: "plan", at: 215, ms: 640, attrs: { "llm.model_name": "gpt-4o", "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": "You are helpful.", "llm.input_messages.1.message.content": "How do I send traces to Phoenix from a Node.js program?", "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "fetch_page", "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{\"url\":\"https://docs.example.com/外部\"}", "llm.token_count.prompt": 1210, "llm.token_count.completion": 34, "llm.token_count.total": 1244 } },
    { kind: "TOOL", name: "fetch_page", at: 870, ms: 301.2, attrs: io("{\"url\": \"https://docs.example.com/外部/ページ\"}"), err: "connect ECONNREFUSED 127.0.0.1:443" },
    { kind: "TOOL", name: "calculator", at: 1180, ms: 0.045, attrs: io("2 + 2", "4") },
    { kind: "", name: "GET", at: 1181, ms: 40, ok: false },
    { kind: "LLM", name: "write-answer", at: 1260, ms: 1090, attrs: { "llm.model_name": "gpt-4o", ...io("…日本語のとても長い質問です。フェニックスにトレースを送るにはどうすればいいですか？🚀 もう一度説明してください。", "Call register() once 👩‍👩‍👧‍👦 at the start.\n\nSpans wait \u001b[31min memory\u001b[0m until Phoenix is back."), "llm.token_count.prompt": 1893, "llm.token_count.completion": 212, "llm.token_count.total": 2105 } } ] },
  { kind: "GUARDRAIL", name: "no-secrets", at: 2365, ms: 22, attrs: io("Call register() once", "pass") },
  { kind: "EVALUATOR", name: "relevance", at: 2390, ms: 18, attrs: io("…", "0.93") },
] });
await p.forceFlush();
await p.shutdown();
