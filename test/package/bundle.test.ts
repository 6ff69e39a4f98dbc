// Bundles a small program with everything it needs, as people do who deploy one file, and lets it send its spans.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import commonjs from "@rollup/plugin-commonjs";
import json from "@rollup/plugin-json";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { build, type BuildOptions } from "esbuild";
import { type Plugin, rollup } from "rollup";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build as viteBuild } from "vite";
import webpack from "webpack";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Global and nested: a plain tracer that was taken before, inside a wrapper, beside another wrapper. */
const PROGRAM = `
import { trace } from "@opentelemetry/api";
import { register, traceChain, traceTool } from "phoenix-otel";
const plain = trace.getTracer("plain");
const { URL_OF_RECEIVER: endpoint, PROTOCOL: protocol } = process.env;
const provider = register({ endpoint, protocol });
const tool = traceTool(async () => plain.startActiveSpan("plain", (span) => span.end()), { name: "tool" });
const chain = traceChain(() => tool(), { name: "chain" });
void chain().then(() => provider.shutdown());
`;

/** OpenTelemetry is CommonJS and asks for Node's own modules by require(), which ES modules do not have. */
const REQUIRE = `import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);`;

/** Where the program and its packages are; what is built goes to a folder without any. */
let project: string;
let entry: string;
let out: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "bundle-"));
  out = await mkdtemp(path.join(tmpdir(), "bundled-"));
  entry = path.join(project, "program.mjs");
  await mkdir(path.join(project, "node_modules"));
  await symlink(root, path.join(project, "node_modules/phoenix-otel"));
  await symlink(
    path.join(root, "node_modules/@opentelemetry"),
    path.join(project, "node_modules/@opentelemetry"),
  );
  await writeFile(entry, PROGRAM);
});
afterAll(async () => {
  await rm(project, { recursive: true, force: true });
  await rm(out, { recursive: true, force: true });
});
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

/** One trace over each protocol, and nothing said. */
const SENT = {
  said: "",
  spans: ["grpc", "http/protobuf"].flatMap((protocol) => [
    `${protocol} chain`,
    `${protocol} plain in tool`,
    `${protocol} tool in chain`,
  ]),
};

/** Runs what was built, over both protocols; gives what it printed and what arrived. */
async function runBundle(file: string): Promise<typeof SENT> {
  let said = "";
  for (const [PROTOCOL, URL_OF_RECEIVER] of [
    ["http/protobuf", receiver.httpUrl],
    ["grpc", receiver.grpcUrl],
  ] as const) {
    const { PATH = "" } = process.env;
    const env = { PATH, PHOENIX_DISCOVER_CONFIG: "false", PROTOCOL, URL_OF_RECEIVER };
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: out, env });
    said += stdout + stderr;
  }
  const nameOf = new Map(receiver.spans.map(({ spanId, name }) => [spanId, name]));
  const spans = receiver.requests.flatMap(({ protocol, spans }) =>
    spans.map(({ name, parentSpanId }) => {
      const parent = nameOf.get(parentSpanId ?? "");
      return `${protocol} ${name}${parent === undefined ? "" : ` in ${parent}`}`;
    }),
  );
  return { said, spans: spans.toSorted() };
}

/** Bundles with esbuild; gives the files of this package that it took. */
async function esbuild(outfile: string, options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    metafile: true,
    logLevel: "silent",
    ...options,
  });
  const taken = Object.keys(metafile?.inputs ?? {}).map((file) => path.relative(root, path.resolve(file)));
  return taken.filter((file) => file.startsWith("dist")).toSorted();
}

describe("a program bundled by esbuild", () => {
  it.each([
    ["ES modules", "esm", "mjs", REQUIRE],
    ["CommonJS", "cjs", "cjs", ""],
  ] as const)("as %s has in it what Node imports, and sends", async (_name, format, extension, js) => {
    const file = path.join(out, `program.${extension}`);
    const taken = await esbuild(file, { format, banner: { js } });
    const isOfNode = (part: string): boolean => part.endsWith(".cjs") && !/^(testing|preload)/.test(part);
    const parts = (await readdir(path.join(root, "dist"))).filter(isOfNode);
    expect(taken).toEqual([...parts, "node.mjs"].map((part) => `dist/${part}`).toSorted());
    expect(await runBundle(file)).toEqual(SENT);
  });
});

type Format = "es" | "cjs";

/** The types of these plugins say that the function is in `default`; Node gives the function. */
const plugins = [commonjs, json, terser].map((plugin) => plugin as unknown as () => Plugin);

/** Each makes one minified file of the program, and takes its time: names of classes are gone. */
const MINIFIERS: Record<string, (file: string, format: Format) => Promise<unknown>> = {
  esbuild: (file, format) =>
    format === "es"
      ? esbuild(file, { minify: true, format: "esm", banner: { js: REQUIRE } })
      : esbuild(file, { minify: true, format: "cjs" }),

  rollup: async (file, format) => {
    const bundle = await rollup({
      input: entry,
      plugins: [
        nodeResolve({ preferBuiltins: true, exportConditions: ["node", "module"] }),
        ...plugins.map((plugin) => plugin()),
      ],
      onwarn: () => undefined,
    });
    await bundle.write({ file, format, inlineDynamicImports: true });
    await bundle.close();
  },

  vite: (file, format) =>
    viteBuild({
      root: project,
      configFile: false,
      logLevel: "silent",
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        outDir: path.dirname(file),
        emptyOutDir: false,
        minify: "esbuild",
        target: "node20",
        rollupOptions: {
          output: {
            format,
            entryFileNames: path.basename(file),
            inlineDynamicImports: true,
            // Rollup's live bindings to Node's modules do not start as CommonJS where one is imported as a namespace, as
            // OpenTelemetry does with `process`: docs/bundlers.md says so.
            externalLiveBindings: format === "es",
          },
        },
      },
    }),

  webpack: (file, format) =>
    new Promise<void>((resolve, reject) => {
      const compiler = webpack({
        mode: "production",
        target: "node20",
        context: project,
        entry,
        experiments: { outputModule: format === "es" },
        output: {
          path: path.dirname(file),
          filename: path.basename(file),
          module: format === "es",
          library: { type: format === "es" ? "module" : "commonjs2" },
        },
        optimization: { splitChunks: false },
        plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
      });
      compiler.run((error, stats) => {
        compiler.close(() => {
          if (error) reject(error);
          else if (stats?.hasErrors() === true) reject(new Error(stats.toString()));
          else resolve();
        });
      });
    }),
};

describe("a program minified", () => {
  it.each(
    Object.keys(MINIFIERS).flatMap((name): [string, Format][] => [
      [name, "es"],
      [name, "cjs"],
    ]),
  )(
    "by %s as %s becomes global, nests its spans and sends",
    async (name, format) => {
      const folder = path.join(out, `${name}-${format}`);
      await mkdir(folder);
      const file = path.join(folder, `program.${format === "es" ? "mjs" : "cjs"}`);
      await MINIFIERS[name]?.(file, format);
      expect(await runBundle(file)).toEqual(SENT);
    },
    120_000,
  );
});

it("a program bundled by vite for a server sends", async () => {
  await viteBuild({
    root: project,
    configFile: false,
    logLevel: "silent",
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: path.join(out, "vite"),
      emptyOutDir: true,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  expect(await runBundle(path.join(out, "vite/program.mjs"))).toEqual(SENT);
});
