// The build for edge runtimes and browsers: the same names, nothing of Node, and every function passes through.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build, type BuildOptions } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Names = Readonly<Record<string, unknown>>;

const load = async (file: string): Promise<Names> => (await import(path.join(root, "dist", file))) as Names;

let project: string;
let main: Names;
let edge: Names;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "edge-"));
  await mkdir(path.join(project, "node_modules"));
  for (const [name, target] of [
    ["phoenix-otel", root],
    ["@opentelemetry", path.join(root, "node_modules/@opentelemetry")],
  ] as const) {
    await symlink(target, path.join(project, "node_modules", name));
  }
  [main, edge] = await Promise.all([load("index.mjs"), load("edge.mjs")]);
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** Public members of an object and of what it inherits, but those of every object. */
function membersOf(object: object): string[] {
  const members = new Set<string>();
  for (let at: object = object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) members.add(name);
  }
  // OpenTelemetry's private members start with a low line.
  return [...members].filter((name) => !name.startsWith("_")).toSorted();
}

const isClass = (value: unknown): value is { prototype: object } =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

describe("the edge build", () => {
  it("has every name of the package, and no other", () => {
    expect(Object.keys(edge).toSorted()).toEqual(Object.keys(main).toSorted());
  });

  it("has the same constants", () => {
    const constants = (names: Names): Names =>
      Object.fromEntries(
        Object.entries(names).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value)),
      );
    expect(constants(edge)).toEqual(constants(main));
  });

  it("has classes with every public member", () => {
    const missing = Object.entries(main).flatMap(([name, value]) => {
      if (!isClass(value)) return [];
      const there = new Set(membersOf((edge[name] as { prototype: object }).prototype));
      return membersOf(value.prototype).flatMap((member) => (there.has(member) ? [] : `${name}.${member}`));
    });
    expect(missing).toEqual([]);
  });

  it.each(["getActiveSpan", "getTracer", "createNoOpProvider"])("%s() gives every public member", (name) => {
    const made = (names: Names): string[] => membersOf((names[name] as () => object)());
    const there = new Set(made(edge));
    expect(made(main).filter((member) => !there.has(member))).toEqual([]);
  });
});

/** Bundles a program; gives its code, and the files of this package in it. */
async function bundle(source: string, options: BuildOptions): Promise<{ code: string; files: string[] }> {
  const entry = path.join(project, "program.ts");
  await writeFile(entry, source);
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "iife",
    logLevel: "silent",
    absWorkingDir: root,
    ...options,
  });
  expect(warnings).toEqual([]);
  const files = Object.keys(metafile?.inputs ?? {}).filter((file) => file.startsWith("dist/"));
  return { code: outputFiles?.[0]?.text ?? "", files };
}

const IMPORT = `import { traceTool } from "phoenix-otel"; globalThis.result = traceTool;`;
const REQUIRE = `globalThis.result = require("phoenix-otel").traceTool;`;

describe("a bundler", () => {
  it.each<[string, BuildOptions]>([
    ["a browser", { platform: "browser" }],
    ["Next.js's edge runtime", { platform: "browser", conditions: ["edge-light", "worker", "module"] }],
    ["Cloudflare's workers", { platform: "neutral", conditions: ["workerd", "worker", "browser"] }],
    [
      "Cloudflare's workers with Node's names",
      { platform: "node", conditions: ["workerd", "worker", "browser"] },
    ],
    ["React Native", { platform: "neutral", mainFields: ["browser", "main"], conditions: ["react-native"] }],
  ])("for %s takes the edge build, imported or required, and nothing else", async (_name, options) => {
    for (const source of [IMPORT, REQUIRE, IMPORT.replace("phoenix-otel", "phoenix-otel/vercel")]) {
      const neutral =
        options.platform === "neutral" ? { mainFields: ["module", "main"], ...options } : options;
      expect(
        (await bundle(source, neutral)).files.filter((file) => !/^dist\/edge(-\w+)?\.mjs$/.test(file)),
      ).toEqual([]);
    }
  });

  it("for Node takes what Node resolves", async () => {
    const node = { platform: "node", format: "cjs" } as const;
    for (const conditions of [undefined, ["module"], ["production"]]) {
      const { files } = await bundle(IMPORT, { ...node, ...(conditions && { conditions }) });
      expect(files).toContain("dist/node.mjs");
      expect(files).not.toContain("dist/index.mjs");
      expect(files).not.toContain("dist/edge.mjs");
    }
  });

  it("leaves out of a page what it does not use", async () => {
    const { code } = await bundle(IMPORT, { platform: "browser", minify: true });
    expect(code.length).toBeLessThan(1_000);
  });
});

/** Runs a program where there is nothing but the language and a console; gives its `result` and what it said. */
async function runBare(
  source: string,
  options: BuildOptions = {},
  globals: Readonly<Record<string, unknown>> = {},
): Promise<{ result: unknown; said: string[] }> {
  const { code } = await bundle(source, { platform: "browser", ...options });
  const said: string[] = [];
  const warn = (line: string): void => void said.push(line);
  const bare = createContext({ console: { warn }, ...globals });
  runInContext(code, bare);
  const result: unknown = await (runInContext("result", bare) as Promise<unknown>);
  return { result: JSON.parse(JSON.stringify(result)) as unknown, said };
}

describe("where there is no Node", () => {
  it("says nothing when it is loaded", async () => {
    const { result, said } = await runBare(`
      import * as phoenix from "phoenix-otel";
      globalThis.result = Object.keys(phoenix).length;`);
    expect(result).toBe(Object.keys(main).length);
    expect(said).toEqual([]);
  });

  it("register() says once that nothing is traced, and gives a provider that does nothing", async () => {
    const { result, said } = await runBare(`
      import { trace } from "@opentelemetry/api";
      import { register, BatchSpanProcessor, HTTPSpanExporter, createNoOpProvider } from "phoenix-otel";
      async function run() {
        const provider = register({ apiKey: "x", spanProcessors: [new BatchSpanProcessor(new HTTPSpanExporter())] });
        register();
        const tracer = provider.getTracer("app");
        const given = tracer.startActiveSpan("a", { attributes: {} }, (span) => (span.end(), span.isRecording()));
        const fn = () => 1;
        const isGlobal = trace.getTracer("b").startSpan("b").isRecording();
        await provider.forceFlush();
        await provider.shutdown();
        await new Promise((resolve) => new HTTPSpanExporter().export([], resolve));
        const wraps = tracer.chain(fn) === fn && tracer.tool(fn, { name: "x" }) === fn;
        return { given, isGlobal, wraps, flushed: await createNoOpProvider().flush(), emitted: provider.stats().emitted };
      }
      globalThis.result = run();`);
    expect(result).toEqual({
      given: false,
      isGlobal: false,
      wraps: true,
      flushed: { delivered: 0, pending: 0, dropped: 0 },
      emitted: 0,
    });
    expect(said).toEqual([expect.stringMatching(/^PHX213 /)]);
  });

  it("every wrapper gives the function itself", async () => {
    const { result } = await runBare(`
      import * as phoenix from "phoenix-otel";
      const fn = (a) => a;
      const wrappers = Object.entries(phoenix).filter(([name]) => /^(trace[A-Z]|withSpan$)/.test(name));
      const kinds = ["agent", "chain", "embedding", "evaluator", "guardrail", "llm", "observe", "prompt", "reranker", "retriever", "tool"];
      globalThis.result = {
        count: wrappers.length,
        changed: wrappers.filter(([, wrap]) => wrap(fn, { name: "x", kind: "LLM" }) !== fn).map(([name]) => name),
        kinds: kinds.filter((kind) => phoenix[kind](fn) !== fn || phoenix[kind](fn, { name: "x" }) !== fn),
      };`);
    const wrappers = Object.keys(main).filter((name) => /^(trace[A-Z]|withSpan$)/.test(name));
    expect(result).toEqual({ count: wrappers.length, changed: [], kinds: [] });
  });

  it("withFlush() gives what it gives in Node: promises as they are, other values as promises", async () => {
    const { result } = await runBare(`
      import { withFlush } from "phoenix-otel";
      function plain(this: { by: number }, a: number) { return a + this.by; }
      const fails = withFlush(() => { throw new Error("no"); });
      const called = withFlush((event: number, done: (a: number) => void) => done(event));
      async function run() {
        const promise = Promise.resolve(4);
        const wrapped = withFlush(plain);
        const sum = wrapped.call({ by: 2 }, 1);
        return {
          isPromise: typeof sum.then, sum: await sum, name: wrapped.name, length: wrapped.length,
          same: withFlush(() => promise)() === promise,
          failed: await fails().catch((error: Error) => error.message),
          called: await new Promise((resolve) => called(5, resolve)),
        };
      }
      globalThis.result = run();`);
    const given = { isPromise: "function", sum: 3, name: "plain", length: 1 };
    expect(result).toEqual({ ...given, same: true, failed: "no", called: 5 });
  });

  const CLASS = `
    import { llm, observe, tool } from "phoenix-otel";
    class Agent {
      #secret = 2;
      @tool plain(a: number) { return a + this.#secret; }
      @tool() called(a: number) { return a + this.#secret; }
      @tool({ name: "x" }) named(a: number) { return a + this.#secret; }
      @observe({ kind: "LLM" }) static all(a: number) { return a + 3; }
      @llm get model() { return "m"; }
      @tool field = (a: number) => a + this.#secret;
      ACCESSOR
    }
    const agent = new Agent();
    globalThis.result = [agent.plain(1), agent.called(1), agent.named(1), Agent.all(1), agent.model, agent.field(1), agent.held?.(1)];`;

  it("decorators leave members as they are, under TC39", async () => {
    const source = CLASS.replace("ACCESSOR", "@tool() accessor held = (a: number) => a + 5;");
    expect((await runBare(source, { target: "es2022" })).result).toEqual([3, 3, 3, 4, "m", 3, 6]);
  });

  it("decorators leave members as they are, under experimentalDecorators", async () => {
    const source = CLASS.replace("ACCESSOR", "held?: (a: number) => number;");
    const tsconfigRaw = {
      compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false },
    };
    expect((await runBare(source, { tsconfigRaw })).result).toEqual([3, 3, 3, 4, "m", 3, null]);
  });

  it("context, attribute builders, masks and settings work", async () => {
    const { result, said } = await runBare(
      `import * as phoenix from "phoenix-otel";
      const { context } = phoenix;
      const active = phoenix.setSession(context.active(), { sessionId: "s" });
      const span = phoenix.getActiveSpan();
      globalThis.result = {
        session: phoenix.getSession(active),
        attributes: phoenix.getAttributesFromContext(active),
        inside: phoenix.usingSession("t", () => phoenix.suppressTracing(() => phoenix.usingProject("p", () => 1))),
        generated: [...phoenix.usingUser("u", function* () { yield 1; yield 2; })],
        llm: phoenix.getLLMAttributes({ provider: "openai", modelName: "m", inputMessages: [{ role: "user", content: "q" }] }),
        input: phoenix.defaultProcessInput({ map: new Map([["a", 1n]]), set: new Set([1]), at: new Date(0), bytes: new Uint8Array(3) }),
        masked: phoenix.redactSecrets()("k", "Bearer abcdefgh12345678901234"),
        isOpenInference: phoenix.isOpenInferenceSpan({ attributes: { "openinference.span.kind": "LLM" } }),
        hides: phoenix.generateTraceConfig({ hideInputs: true }).hideInputs,
        disabled: phoenix.resolveConfig({ projectName: "p", endpoint: "https://phoenix.example.com" }).disabled.value,
        url: phoenix.resolveConfig({ endpoint: "https://phoenix.example.com" }).target.value.url,
        resource: phoenix.resourceFromAttributes({ a: 1 }).merge(phoenix.resourceFromAttributes({ b: 2 })).attributes,
        set: span.setInput("x").setLLM({}).setError(new Error("x")) === span && !span.isRecording(),
        spans: new phoenix.OITracer({ tracer: phoenix.trace.getTracer("x") }).startActiveSpan("x", (s) => s.isRecording()),
        sampled: new phoenix.ParentBasedSampler({ root: new phoenix.TraceIdRatioBasedSampler(1) })
          .shouldSample(context.active(), "0af7651916cd43dd8448eb211c80319c").decision,
        detached: phoenix.attachGlobalTracerProvider(phoenix.createNoOpProvider()).detach() ?? "nothing",
        disable: phoenix.registerInstrumentations({ instrumentations: [] })() ?? "nothing",
      };`,
      {},
      { URL },
    );
    expect(result).toMatchObject({
      session: { sessionId: "s" },
      attributes: { "session.id": "s" },
      inside: 1,
      generated: [1, 2],
      llm: { "llm.model_name": "m", "llm.input_messages.0.message.content": "q" },
      input: {
        "input.value":
          '{"map":{"a":"1n"},"set":[1],"at":"1970-01-01T00:00:00.000Z","bytes":"[Uint8Array: 3 bytes]"}',
      },
      masked: "Bearer __REDACTED__",
      isOpenInference: true,
      hides: true,
      disabled: true,
      url: "https://phoenix.example.com/v1/traces",
      resource: { a: 1, b: 2 },
      set: true,
      spans: false,
      sampled: 2,
      detached: "nothing",
      disable: "nothing",
    });
    expect(said).toEqual([]);
  });
});
