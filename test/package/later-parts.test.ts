// What Node reads of the built package, and when: the rest of it must not slow down a program's start.
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout, run } from "../support/run-program.ts";

/** Prints which files of the package were read, after each step. */
const STEPS = (load: string) => `
${load}
const names = () => Object.keys(require.cache).filter((file) => file.startsWith(process.argv[2])).map((file) => file.slice(process.argv[2].length));
const steps = {};
const step = (name) => { steps[name] = names().filter((file) => !Object.values(steps).flat().includes(file)).sort(); };
step("import");
delete process.env.PHOENIX_DISCOVER_CONFIG;
register();
step("register with nothing set");
const provider = register({ endpoint: "http://127.0.0.1:9", protocol: "http/protobuf", flushOnExit: false });
step("register");
provider.stats();
await provider.forceFlush();
step("flush of nothing");
if (getInputAttributes("a")["input.value"] !== "a") throw new Error("the builder does not build");
step("attribute builder");
new OTLPTraceExporter();
step("exporter");
const wrapped = traceChain(function add(a, b) { return a + b; });
step("wrapper");
if (wrapped(1, 2) !== 3) throw new Error("the function does not give its result");
step("span");
provider.getTracer("others").startSpan("foreign", { attributes: { "gen_ai.operation.name": "chat" } }).end();
step("span of another maker");
provider.getTracer("others").startSpan("long", { attributes: { text: "a".repeat(40_000) } }).end();
step("span with long text");
traceClient({});
step("client");
await provider.shutdown();
step("shutdown");
console.log(JSON.stringify(steps));
`;

const LOADS = {
  "as CommonJS": {
    file: "steps.cjs",
    program: `void (async () => {${STEPS('const { getInputAttributes, OTLPTraceExporter, register, traceChain, traceClient } = require("PACKAGE");')}})();`,
  },
  "as an ES module": {
    file: "steps.mjs",
    program: STEPS(
      'import { createRequire } from "node:module"; import { getInputAttributes, OTLPTraceExporter, register, traceChain, traceClient } from "PACKAGE"; const require = createRequire(import.meta.url);',
    ),
  },
} as const;

/** A copy of the build beside which the packages are found, so that files can be taken away from it. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "later-parts-"));
  await symlink(path.join(checkout, "node_modules"), path.join(project, "node_modules"));
  await cp(path.join(checkout, "dist"), path.join(project, "dist"), { recursive: true });
  for (const { file, program } of Object.values(LOADS)) {
    const build = file.endsWith(".mjs") ? "./dist/node.mjs" : "./dist/index.cjs";
    await writeFile(path.join(project, file), program.replace("PACKAGE", build));
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe.each(Object.entries(LOADS))("loaded %s", (_name, { file }) => {
  it("reads the parts for delivery and for wrappers when they are needed", async () => {
    const dist = path.join(project, "dist") + path.sep;
    const { status, stdout } = await run(process.execPath, [path.join(project, file), dist]);
    expect(status).toBe(0);
    const own = file.endsWith(".mjs") ? ["node.cjs"] : [];
    expect(JSON.parse(stdout)).toEqual({
      import: ["index.cjs", ...own, "start.cjs"],
      "register with nothing set": [],
      register: ["rolldown-runtime.cjs", "settings.cjs"],
      "flush of nothing": [],
      "attribute builder": ["builders.cjs", "capture.cjs", "constants.cjs", "vocabulary.cjs"],
      exporter: [],
      wrapper: ["wrappers.cjs"],
      span: ["delivery.cjs"],
      "span of another maker": ["translation.cjs"],
      "span with long text": ["masking.cjs"],
      client: ["clients.cjs"],
      shutdown: [],
    });
  });
});

it("reads little code when a program starts", async () => {
  const size = async (file: string): Promise<number> => (await stat(path.join(checkout, "dist", file))).size;
  // V8 takes some 20 ms for each megabyte of it.
  expect(await size("start.cjs")).toBeLessThan(150_000);
  expect(await size("index.cjs")).toBeLessThan(25_000);
});

describe("what a span may need once it is delivered", () => {
  it("is read soon after the first one, while its files are there", async () => {
    await writeFile(
      path.join(project, "ahead.cjs"),
      `const { register } = require("./dist/index.cjs");
      const names = () => Object.keys(require.cache).map((file) => file.slice(file.lastIndexOf("/") + 1));
      const provider = register({ endpoint: "http://127.0.0.1:9", protocol: "http/protobuf" });
      provider.getTracer("by hand").startSpan("by hand").end();
      const before = names();
      const look = (looks) => {
        const ahead = names().filter((name) => !before.includes(name)).sort();
        if (ahead.length < 2 && looks > 0) return setTimeout(look, 10, looks - 1);
        console.log(JSON.stringify(ahead));
        process.kill(process.pid, "SIGKILL");
      };
      look(500);`,
    );
    const { stdout } = await run(process.execPath, [path.join(project, "ahead.cjs")]);
    expect(JSON.parse(stdout)).toEqual(["exit.cjs", "masking.cjs"]);
  });
});

describe("a part whose file is gone", () => {
  /** What a program prints whose build lacks a part. */
  const without = async (part: string, program: string): ReturnType<typeof run> => {
    const broken = await mkdtemp(path.join(project, "without-"));
    await cp(path.join(project, "dist"), path.join(broken, "dist"), { recursive: true });
    await rm(path.join(broken, "dist", part));
    await writeFile(path.join(broken, "program.cjs"), program);
    return await run(process.execPath, [path.join(broken, "program.cjs")]);
  };

  it("settings.cjs leaves options unread: nothing is recorded, which is told once", async () => {
    const { status, stdout, stderr } = await without(
      "settings.cjs",
      `const { HTTPSpanExporter, OITracer, register, trace } = require("./dist/index.cjs");
      const provider = register({ endpoint: "http://127.0.0.1:9", traceConfig: { hideInputs: true } });
      new HTTPSpanExporter({ endpoint: "http://127.0.0.1:9" });
      const hiding = new OITracer({ tracer: trace.getTracer("a"), traceConfig: { hideInputs: true } });
      console.log(provider.getTracer("a").startSpan("a").isRecording(), hiding.startSpan("a").isRecording());`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: "false false\n" });
    expect(stderr).toMatch(/^PHX204 [^\n]*'\.\/settings\.cjs'[^\n]*register\(\) records nothing[^\n]*\n$/);
  });

  it("masking.cjs has redactSecrets() redact everything, which is told once", async () => {
    const { status, stdout, stderr } = await without(
      "masking.cjs",
      `const { redactSecrets } = require("./dist/index.cjs");
      console.log(redactSecrets()("input.value", "hello", {}), redactSecrets()("input.value", 1, {}));`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: "__REDACTED__ __REDACTED__\n" });
    expect(stderr).toMatch(/^PHX204 [^\n]*\n$/);
  });

  it("capture.cjs leaves objects of contexts out, which is told once", async () => {
    const { status, stdout, stderr } = await without(
      "capture.cjs",
      `const { getMetadata, getSession, setMetadata, setSession } = require("./dist/index.cjs");
      const { ROOT_CONTEXT } = require("@opentelemetry/api");
      const said = setMetadata(setSession(ROOT_CONTEXT, { sessionId: "s" }), { a: 1 });
      console.log(JSON.stringify([getMetadata(said) ?? null, getSession(said)]));`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '[null,{"sessionId":"s"}]\n' });
    expect(stderr).toMatch(/^PHX204 [^\n]*\n$/);
  });

  it("builders.cjs gives no attributes, which is told once", async () => {
    const broken = path.join(project, "without-builders");
    await cp(path.join(project, "dist"), path.join(broken, "dist"), { recursive: true });
    await rm(path.join(broken, "dist/builders.cjs"));
    await writeFile(
      path.join(broken, "program.cjs"),
      `const { getLLMAttributes, toInputType } = require("./dist/index.cjs");
      console.log(JSON.stringify([getLLMAttributes({ modelName: "m" }), toInputType("a")]));`,
    );
    const { status, stdout, stderr } = await run(process.execPath, [path.join(broken, "program.cjs")]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "[{},null]\n" });
    expect(stderr.split("\n").filter((line) => line.startsWith("PHX204"))).toHaveLength(1);
  });

  it.each([
    ["wrappers.cjs", "Functions run without a wrapper"],
    ["delivery.cjs", "No span can be delivered"],
    ["masking.cjs", "No span can be delivered"],
    ["translation.cjs", "Spans of other makers leave untranslated"],
  ])("%s does not stop the program, which is told once", async (part, consequence) => {
    const broken = path.join(project, `without-${part}`);
    await cp(path.join(project, "dist"), path.join(broken, "dist"), { recursive: true });
    await rm(path.join(broken, "dist", part));
    await writeFile(
      path.join(broken, "program.cjs"),
      `const { register, traceChain, traceTool } = require("./dist/index.cjs");
      const traceConfig = { hideInputText: true };
      const provider = register({ endpoint: "http://127.0.0.1:9", protocol: "http/protobuf", traceConfig });
      const add = traceChain((a, b) => a + b);
      const twice = traceTool((a) => 2 * a);
      console.log(add(1, 2), twice(4));
      provider.getTracer("by hand").startSpan("by hand", { attributes: { "gen_ai.system": "openai" } }).end();
      void provider.flush().then(async () => { await provider.shutdown(); console.log("ends"); });`,
    );
    const { status, stdout, stderr } = await run(process.execPath, [path.join(broken, "program.cjs")]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "3 8\nends\n" });
    const lines = stderr.split("\n").filter((line) => line.startsWith("PHX204"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`Cannot find module './${part}'`);
    expect(lines[0]).toContain(consequence);
  });
});

it.each(["new BatchSpanProcessor(options)", "new stock.SimpleSpanProcessor(new HTTPSpanExporter(options))"])(
  "without the part that reads settings nothing leaves %s, wherever the default endpoint is",
  async (processor) => {
    const broken = await mkdtemp(path.join(project, "without-settings-"));
    await cp(path.join(project, "dist"), path.join(broken, "dist"), { recursive: true });
    await rm(path.join(broken, "dist/settings.cjs"));
    await writeFile(
      path.join(broken, "program.cjs"),
      `const net = require("node:net");
      const { BatchSpanProcessor, HTTPSpanExporter } = require("./dist/index.cjs");
      const stock = require("@opentelemetry/sdk-trace-node");
      net.Socket.prototype.connect = function () { console.log("it connects"); return this; };
      const options = { endpoint: "http://127.0.0.1:9" };
      const provider = new stock.NodeTracerProvider({ spanProcessors: [${processor}] });
      provider.getTracer("by hand").startSpan("by hand", { attributes: { "input.value": "secret" } }).end();
      void provider.shutdown().then(() => console.log("ends"));`,
    );
    const { status, stdout, stderr } = await run(process.execPath, [path.join(broken, "program.cjs")]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "ends\n" });
    expect(stderr).toMatch(/^PHX204 [^\n]*processors and exporters send nothing[^\n]*\n$/);
  },
);

describe("a span leaves without a part that cannot be read", () => {
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
  });
  afterAll(() => receiver.stop());
  beforeEach(() => receiver.forget());

  /** Ends a span with these attributes in a build without the part; gives what arrived, and what was said. */
  const delivered = async (part: string, attributes: object): Promise<[object | undefined, string]> => {
    const broken = path.join(project, `lacks-${part}`);
    await cp(path.join(project, "dist"), path.join(broken, "dist"), { recursive: true });
    await rm(path.join(broken, "dist", part));
    await writeFile(
      path.join(broken, "program.cjs"),
      `const { register } = require("./dist/index.cjs");
      const provider = register({ endpoint: "${receiver.httpUrl}", protocol: "http/protobuf" });
      provider.getTracer("by hand").startSpan("by hand", { attributes: ${JSON.stringify(attributes)} }).end();
      void provider.shutdown();`,
    );
    const { status, stderr } = await run(process.execPath, [path.join(broken, "program.cjs")]);
    expect(status).toBe(0);
    return [receiver.uniqueSpans[0]?.attributes, stderr];
  };
  const foreign = { "gen_ai.system": "openai", "http.request.header.authorization": "secret" };
  const long = { text: "a".repeat(40_000), "openinference.span.kind": "TOOL" };

  it.each([
    ["translation.cjs", foreign, { "gen_ai.system": "openai" }, "Spans of other makers leave untranslated"],
    ["vocabulary.cjs", foreign, { "gen_ai.system": "openai" }, "Spans of other makers leave untranslated"],
    ["masking.cjs", long, { "openinference.span.kind": "TOOL" }, "leave without their attributes"],
  ])("%s: with no more than what may leave", async (part, attributes, left, consequence) => {
    const [arrived, stderr] = await delivered(part, attributes);
    expect(arrived).toEqual(left);
    expect(stderr).toMatch(/^PHX204 [^\n]*\n$/);
    expect(stderr).toContain(consequence);
  });

  it.each(["translation.cjs", "masking.cjs"])("%s: whole, where it needs none", async (part) => {
    expect(await delivered(part, { "input.value": "a" })).toEqual([{ "input.value": "a" }, ""]);
  });
});

describe("a part of another version, as after an update under a running program", () => {
  it.each([
    ["delivery.cjs", "No span can be delivered"],
    ["wrappers.cjs", "Functions run without a wrapper"],
  ])("%s is not mixed with the others", async (part, consequence) => {
    const updated = path.join(project, `updated-${part}`);
    await cp(path.join(project, "dist"), path.join(updated, "dist"), { recursive: true });
    const file = path.join(updated, "dist", part);
    const code = await readFile(file, "utf8");
    await writeFile(file, code.replace(/(exports\["phoenix-otel\.build"\] = ")\w+/, "$1another"));
    await writeFile(
      path.join(updated, "program.cjs"),
      `const { register, traceChain } = require("./dist/index.cjs");
      const provider = register({ endpoint: "http://127.0.0.1:9", protocol: "http/protobuf", flushOnExit: false });
      console.log(traceChain((a, b) => a + b)(1, 2));
      provider.getTracer("by hand").startSpan("by hand").end();`,
    );
    const { status, stdout, stderr } = await run(process.execPath, [path.join(updated, "program.cjs")]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "3\n" });
    expect(stderr).toMatch(/^PHX204 [^\n]*of another version[^\n]*\n$/);
    expect(stderr).toContain(consequence);
  });
});

it("has no import() in its CommonJS build, which jest could not run", async () => {
  const dist = path.join(checkout, "dist");
  const files = (await readdir(dist)).filter((file) => file.endsWith(".cjs"));
  const calls = await Promise.all(
    files.map(async (file) => /(?<!")\bimport\(.*/.exec(await readFile(path.join(dist, file), "utf8"))?.[0]),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(calls.filter((call) => call !== undefined)).toEqual([]);
});

describe("the CommonJS build", () => {
  it.each([
    ["start.cjs", 290_000],
    ["delivery.cjs", 160_000],
  ])("reads no more than it needs: %s has at most %i bytes", async (part, most) => {
    expect((await readFile(path.join(checkout, "dist", part))).byteLength).toBeLessThan(most);
  });

  it("is ASCII, which Node reads faster and keeps in half the memory", async () => {
    const files = (await readdir(path.join(checkout, "dist"))).filter((file) => file.endsWith(".cjs"));
    const texts = await Promise.all(
      files.map((file) => readFile(path.join(checkout, "dist", file), "latin1")),
    );
    expect(files.filter((_, at) => /[\u0080-\uFFFF]/.test(texts[at] ?? ""))).toEqual(["preload.cjs"]);
  });
});

it("loads nothing of Node for TLS, gRPC, compression or threads to deliver a span over plain HTTP", async () => {
  const receiver = await startOtlpReceiver();
  await writeFile(
    path.join(project, "modules.cjs"),
    `const { register } = require("./dist/index.cjs");
    const provider = register({ endpoint: "${receiver.httpUrl}", protocol: "http/protobuf", flushOnExit: false });
    provider.getTracer("by hand").startSpan("by hand").end();
    void provider.forceFlush().then(() => {
      const loaded = (name) => process.moduleLoadList.includes("NativeModule " + name);
      console.log(JSON.stringify(["http", "tls", "https", "http2", "zlib", "worker_threads", "internal/deps/undici/undici"].filter(loaded)));
    });`,
  );
  const { stdout } = await run(process.execPath, [path.join(project, "modules.cjs")]);
  expect(receiver.uniqueSpanCount).toBe(1);
  await receiver.stop();
  expect(JSON.parse(stdout)).toEqual(["http"]);
});
