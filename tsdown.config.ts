import { defineConfig, type Rolldown } from "tsdown";
import { writeExitWorker } from "./scripts/exit-worker.ts";
import { edgePart, edgeStandIns } from "./scripts/edge-stand-ins.ts";
import { literalConventions } from "./scripts/literal-conventions.ts";
import { laterParts } from "./scripts/later-parts.ts";
import { onePage } from "./scripts/one-page.ts";

/** Each entry, and the name of what Node's `import` gets of it. */
const NODE_ENTRIES = { index: "node", testing: "testing-node" };

/**
 * Writes what Node's `import` gets: ES modules that give the names of the CommonJS build. An ES module that imports
 * OpenTelemetry's CommonJS packages itself waits while Node searches them for export names, and so it does for a direct
 * import of `index.cjs`; `node.cjs` has none to find. All three are static for bundlers and file tracers.
 */
const nodeEntry: Rolldown.Plugin = {
  name: "node-entry",
  generateBundle({ format }, bundle) {
    if (format !== "cjs") return;
    for (const [entry, file] of Object.entries(NODE_ENTRIES)) {
      const chunk = bundle[`${entry}.cjs`];
      if (chunk?.type !== "chunk") continue;
      const names = chunk.exports.toSorted().map((name) => `  ${name},\n`);
      this.emitFile({
        type: "asset",
        fileName: `${file}.cjs`,
        source: `const all = require("./${entry}.cjs");\nmodule.exports = all;\n`,
      });
      this.emitFile({
        type: "asset",
        fileName: `${file}.mjs`,
        source: `import all from "./${file}.cjs";\n\nexport const {\n${names.join("")}} = all;\n`,
      });
    }
  },
};

/** What `--import` gets, the same file as `--require`, and the types of both: neither gives a name. */
const preloadEntry: Rolldown.Plugin = {
  name: "preload-entry",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "preload.mjs", source: 'import "./preload.cjs";\n' });
    for (const fileName of ["preload.d.mts", "preload.d.cts"]) {
      this.emitFile({ type: "asset", fileName, source: "export {};\n" });
    }
  },
};

const later = laterParts();
await writeExitWorker();

export default defineConfig([
  {
    entry: { index: "src/index.ts", testing: "src/testing/index.ts" },
    // Constants: in the bundle they cost nothing, loading them from their package takes 10 ms.
    noExternal: ["@arizeai/openinference-semantic-conventions"],
    format: ["esm", "cjs"],
    platform: "node",
    target: "node20",
    dts: true,
    tsconfig: "tsconfig.src.json",
    sourcemap: true,
    clean: true,
    plugins: [nodeEntry, literalConventions, later.plugin],
    inputOptions: later.inputOptions,
    outputOptions: (options, format, { cjsDts }) => ({
      ...options,
      ...(format === "cjs" && !cjsDts && later.outputOptions),
      // As the source is: a sloppy wrapper would hand `globalThis` to a function that was called without `this`.
      strict: true,
      // Only those that bundlers read: the types and the source maps have the rest, and Node would read them at every start.
      comments: { annotation: true, jsdoc: false, legal: true },
    }),
  },
  {
    entry: { preload: "src/preload.ts" },
    format: ["cjs"],
    platform: "node",
    target: "node20",
    dts: false,
    tsconfig: "tsconfig.src.json",
    sourcemap: true,
    clean: false,
    plugins: [preloadEntry],
  },
  {
    // For edge runtimes and browsers; its types are those of index.
    entry: { edge: "src/edge/index.ts" },
    deps: {
      alwaysBundle: ["@arizeai/openinference-semantic-conventions"],
      neverBundle: ["@opentelemetry/api"],
    },
    format: ["esm"],
    platform: "browser",
    target: "es2022",
    outExtensions: () => ({ js: ".mjs" }),
    dts: false,
    tsconfig: "tsconfig.src.json",
    sourcemap: true,
    clean: false,
    plugins: [edgeStandIns, literalConventions],
    outputOptions: {
      chunkFileNames: "[name].mjs",
      comments: { annotation: true, jsdoc: false, legal: true },
      codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: edgePart }] },
    },
    inputOptions: { preserveEntrySignatures: "allow-extension" },
  },
  {
    entry: { "cli/phoenix-otel": "src/cli/phoenix-otel.ts" },
    format: ["esm"],
    platform: "node",
    target: "node20",
    dts: false,
    tsconfig: "tsconfig.src.json",
    sourcemap: true,
    clean: false,
  },
  {
    entry: { "web/page": "src/web/page.tsx" },
    // All of it: the page loads nothing.
    deps: { alwaysBundle: /./ },
    format: "iife",
    platform: "browser",
    target: "es2023",
    dts: false,
    tsconfig: "src/web/tsconfig.json",
    minify: true,
    sourcemap: false,
    clean: false,
    plugins: [onePage],
  },
]);
