// What programs do with the package, for each compiler under each of its settings. Works as an ES module and as CommonJS.
import {
  BatchSpanProcessor,
  GRPCSpanExporter,
  llm,
  observe,
  register,
  resolveConfig,
  traceLLM,
  traceTool,
  withFlush,
  withSpan,
  type OpenInferenceTracer,
  type RegisterOptions,
} from "phoenix-otel";
import { captureSpans } from "phoenix-otel/testing";

const options: RegisterOptions = { projectName: "typed", headers: { a: "b" }, apiKey: async () => "key" };
const provider = register(options);
const tracer: OpenInferenceTracer = provider.getTracer("typed");

// Parameters with defaults are those of the function.
const answer = traceLLM(async (question: string, tries = 1): Promise<string[]> => [question, String(tries)], {
  name: "answer",
  processInput: (question, tries) => question.repeat(tries ?? 1),
  processOutput: (lines) => lines.length,
});
export const lines: Promise<string[]> = answer("why", 2);
export const sum: number = traceTool((a: number, b = 2) => a + b, { name: "add" })(1);
export const text: string = tracer.chain((a = "x") => a)();
export const same: "a" = traceTool(<T>(value: T): T => value)("a");
export const none: undefined = traceTool(() => undefined)();
export const listed: string = withSpan((...parts: string[]) => parts.join(), { kind: "CHAIN" })("a", "b");

// @ts-expect-error the first parameter is a string
void answer(1);
// @ts-expect-error a tool has no such option
traceTool(() => 1, { nmae: "typo" });

async function* speak(times = 3): AsyncGenerator<string> {
  for (let time = 0; time < times; time++) yield "word";
}
export const spoken: AsyncGenerator<string> = traceLLM(speak, {
  aggregate: (words) => words.join(" "),
  processOutput: (all) => all.trim(),
})();

export class Agent {
  @llm async ask(question: string, tries = 1): Promise<string> {
    return question + String(tries);
  }
  @observe({ kind: "AGENT", name: "run" }) run(): number {
    return 1;
  }
}

export const handler = withFlush(async (event: { q: string }) => ({ body: (await answer(event.q)).join() }));
provider.addSpanProcessor(new BatchSpanProcessor({ endpoint: "http://x:4317", scheduledDelayMillis: 100 }));
void provider
  .flush({ timeoutMillis: 10 })
  .then(({ delivered, pending, dropped }) => delivered + pending + dropped);
export const url: string = resolveConfig().target.value.url;
export const exporter = new GRPCSpanExporter({ endpoint: "http://x:4317", timeoutMillis: 5 });
export { captureSpans };
