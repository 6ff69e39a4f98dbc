// Programs minified into one file by what people have, which run where nothing is installed.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, Project } from "../support/project.ts";

let project: Project;

beforeAll(async () => {
  project = await installProject("bundlers");
});
afterAll(() => project.remove());

const ESBUILD = ["esbuild", "program.mjs", "--bundle", "--platform=node", "--minify"];
/** OpenTelemetry asks for Node's own modules by require(), which ES modules do not have. */
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

it.each([
  ["esbuild, CommonJS", [...ESBUILD, "--outfile=dist/esbuild.cjs"], "esbuild.cjs"],
  [
    "esbuild, an ES module",
    [...ESBUILD, "--format=esm", `--banner:js=${REQUIRE}`, "--outfile=dist/esbuild.mjs"],
    "esbuild.mjs",
  ],
  ["webpack", ["webpack"], "webpack.cjs"],
])("%s: the tree arrives over both protocols, and nothing is said", async (_bundler, args, file) => {
  const built = await project.run("npx", ["--no-install", ...args]);
  expect(built).toMatchObject({ code: 0 });
  expect(`${built.stdout}${built.stderr}`).not.toMatch(/warning/i);

  const elsewhere = new Project(await mkdtemp(path.join(tmpdir(), "bundled-")));
  onTestFinished(() => elsewhere.remove());
  // All that the bundler wrote: webpack has a file for each later part.
  await cp(path.join(project.folder, "dist"), elsewhere.folder, { recursive: true });
  await rm(path.join(project.folder, "dist"), { recursive: true });
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.stop());
  const byHttp = { PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` };
  const byGrpc = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
  for (const environment of [byHttp, byGrpc]) {
    const ending = await elsewhere.run(process.execPath, [file], environment);
    expect(ending).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
    const nameOf = new Map(receiver.uniqueSpans.map(({ spanId, name }) => [spanId, name]));
    const tree = receiver.uniqueSpans.map(
      ({ name, parentSpanId }) => `${name} in ${nameOf.get(parentSpanId ?? "")}`,
    );
    expect(tree.toSorted()).toEqual(["chain in undefined", "plain in tool", "tool in chain"]);
    receiver.forget();
  }
});
