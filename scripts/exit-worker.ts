// Makes one text of each program that runs in a thread of its own, written anew by every build and every run of the tests:
// the exit worker's with the clients that it sends with, and Node's module hooks.
import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const source = fileURLToPath(new URL("../src", import.meta.url));
const main = path.join(source, "exit/worker/main.ts");
const program = path.join(source, "exit/worker/program.js");
const hooks = path.join(source, "instrumentation/modules/hooks-thread.ts");
const hooksProgram = path.join(source, "instrumentation/modules/hooks-program.js");

/** What the clients need elsewhere and not in the worker, and what takes its place there. */
const STAND_INS: Readonly<Record<string, string>> = {
  "exporters/wire/untraced.ts": "exit/worker/stand-ins/untraced.ts",
  "exporters/grpc/grpc-js-channel.ts": "exit/worker/stand-ins/grpc-js-channel.ts",
};

/** Writes the texts that are not up to date. */
export async function writeExitWorker(): Promise<void> {
  await writeText(program, await buildExitWorker());
  await writeText(hooksProgram, await buildModuleHooks());
}

async function writeText(file: string, built: string): Promise<void> {
  const text = `// Made by scripts/exit-worker.ts.\nexport default ${JSON.stringify(built)};\n`;
  if ((await readFile(file, "utf8").catch(() => "")) === text) return;
  // In one go: a build and a run of the tests may come at once.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, file);
}

/** The module hooks as an ES module that needs nothing but Node's built-in modules. */
async function buildModuleHooks(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [hooks],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "none",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("");
}

/** For vitest's `globalSetup`. */
export default async function setup(project: {
  onTestsRerun(rerun: () => Promise<void>): void;
}): Promise<void> {
  await writeExitWorker();
  project.onTestsRerun(writeExitWorker);
}

/** The program as a CommonJS script that needs nothing but Node's built-in modules. */
export async function buildExitWorker(): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [main],
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
    plugins: [standIns],
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((each) => each.path));
  const foreign = outside.filter((name) => !isBuiltin(name));
  if (foreign.length > 0) throw new Error(`the exit worker would load ${foreign.join(", ")}`);
  return outputFiles.map(({ text }) => text).join("");
}

const standIns: Plugin = {
  name: "stand-ins",
  setup(plugins) {
    plugins.onResolve({ filter: /^\./ }, ({ path: wanted, resolveDir }) => {
      const file = path.relative(source, path.resolve(resolveDir, wanted)).replaceAll("\\", "/");
      const standIn = STAND_INS[file];
      return standIn === undefined ? undefined : { path: path.join(source, standIn) };
    });
  },
};
