// Bundles a small program with everything it needs, as people do who deploy one file, and lets it send a span.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, type BuildOptions } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build as viteBuild } from "vite";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

const PROGRAM = `
import { register } from "phoenix-otel";
const { URL_OF_RECEIVER: endpoint, PROTOCOL: protocol } = process.env;
const provider = register({ endpoint, protocol });
provider.getTracer("bundle-test").startSpan("bundled").end();
void provider.shutdown();
`;

/** OpenTelemetry is CommonJS and asks for Node's own modules by require(), which ES modules do not have. */
const REQUIRE = `import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);`;

/** Where the program and its packages are; what is built goes to a folder without any. */
let project: string;
let out: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "bundle-"));
  out = await mkdtemp(path.join(tmpdir(), "bundled-"));
  await mkdir(path.join(project, "node_modules"));
  await symlink(root, path.join(project, "node_modules/phoenix-otel"));
  await writeFile(path.join(project, "program.mjs"), PROGRAM);
});
afterAll(async () => {
  await rm(project, { recursive: true, force: true });
  await rm(out, { recursive: true, force: true });
});
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

/** A span over each protocol, and nothing said. */
const SENT = { said: "", spans: ["http/protobuf bundled", "grpc bundled"] };

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
  const spans = receiver.requests.flatMap((request) =>
    request.spans.map(({ name }) => `${request.protocol} ${name}`),
  );
  return { said, spans };
}

/** Bundles with esbuild; gives the files of this package that it took. */
async function bundle(outfile: string, options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [path.join(project, "program.mjs")],
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
  ] as const)("as %s has the ES module build in it and sends", async (_name, format, extension, js) => {
    const file = path.join(out, `program.${extension}`);
    expect(await bundle(file, { format, banner: { js } })).toEqual(["dist/index.mjs"]);
    expect(await runBundle(file)).toEqual(SENT);
  });

  it.each([
    ["ES modules", "esm", "mjs", REQUIRE],
    ["CommonJS", "cjs", "cjs", ""],
  ] as const)(
    "as %s without the condition `module` has what Node imports in it and sends",
    async (_name, format, extension, js) => {
      const file = path.join(out, `conditions.${extension}`);
      const taken = await bundle(file, { format, banner: { js }, conditions: ["production"] });
      const parts = ["delivery", "exit", "grpc", "index", "node", "rolldown-runtime", "start", "wrappers"];
      expect(taken).toEqual([...parts.map((part) => `dist/${part}.cjs`), "dist/node.mjs"].toSorted());
      expect(await runBundle(file)).toEqual(SENT);
    },
  );
});

it("a program bundled by vite for a server sends", async () => {
  await viteBuild({
    root: project,
    configFile: false,
    logLevel: "silent",
    ssr: { noExternal: true },
    build: {
      ssr: path.join(project, "program.mjs"),
      outDir: path.join(out, "vite"),
      emptyOutDir: true,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  expect(await runBundle(path.join(out, "vite/program.mjs"))).toEqual(SENT);
});
