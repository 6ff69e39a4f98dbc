// Makes one text of the exit worker's program and gives it as the module `virtual:exit-worker`: to tsdown for the
// package, to vitest for tests that run from src/.
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const NAME = "virtual:exit-worker";
const ID = `\0${NAME}`;

const source = fileURLToPath(new URL("../src", import.meta.url));
const main = path.join(source, "exit/worker/main.ts");

/** What the clients need elsewhere and not in the worker, and what takes its place there. */
const STAND_INS: Readonly<Record<string, string>> = {
  "exporters/wire/untraced.ts": "exit/worker/stand-ins/untraced.ts",
  "exporters/grpc/grpc-js-channel.ts": "exit/worker/stand-ins/grpc-js-channel.ts",
};

const IMPORT = /\bimport\(("node:[a-z0-9_/]+")\)/g;

/** What a rollup, rolldown or vite plugin is, as far as this one needs it. */
interface VirtualModule {
  name: string;
  enforce: "pre";
  resolveId(id: string): string | undefined;
  load(this: { addWatchFile(file: string): void }, id: string): Promise<string | undefined>;
}

/** The plugin that gives `virtual:exit-worker`. */
export function exitWorker(): VirtualModule {
  return {
    name: "exit-worker",
    enforce: "pre",
    resolveId: (id) => (id === NAME ? ID : undefined),
    async load(id) {
      if (id !== ID) return undefined;
      const { text, files } = await buildExitWorker();
      for (const file of files) this.addWatchFile(file);
      return `export default ${JSON.stringify(text)};`;
    },
  };
}

/** The program as a CommonJS script that needs nothing but Node's built-in modules, and the files it was made of. */
export async function buildExitWorker(): Promise<{ text: string; files: string[] }> {
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
  return {
    // `import()` would start Node's ES module loader, for modules that are there at once.
    text: outputFiles
      .map(({ text }) => text.replaceAll(IMPORT, "Promise.resolve(process.getBuiltinModule($1))"))
      .join(""),
    files: Object.keys(metafile.inputs).map((file) => path.resolve(file)),
  };
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
