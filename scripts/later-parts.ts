// Splits Node's build into what starting needs and parts that are read when they are first used: reading code is most of
// what an import costs. The sources import as usual, and bundlers get the ES module build in one piece.
import { createHash } from "node:crypto";
import type { Rolldown } from "tsdown";
import { CONSTANTS, inlineConstants } from "./literal-constants.ts";

/** Each part, with the modules through which it is entered; what only they need comes along. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  // What the later ones share comes first: a part may need one above it as it is read, none below.
  // What reads options, variables and files, where there are any.
  settings: [
    "src/config/resolve-settings.ts",
    "src/config/masking-settings.ts",
    "src/config/option-names.ts",
    "src/config/describe-config.ts",
    "src/config/traces-url.ts",
  ],
  capture: ["src/capture/json-text.ts"],
  vocabulary: ["src/openinference/open-inference-span.ts", "src/openinference/llm/llm-call.ts"],
  masking: ["src/masking/masking.ts", "src/masking/secrets-mask.ts"],
  delivery: [
    "src/processors/span-delivery.ts",
    "src/exporters/create-sender.ts",
    "src/delivery/classify.ts",
    "src/spans/outgoing-span.ts",
    "src/exporters/stock-exporters.ts",
  ],
  translation: ["src/translation/translated-span.ts"],
  grpc: ["src/exporters/grpc/grpc-sender.ts"],
  exit: ["src/exit/blocking-send.ts", "src/exit/exit-worker.ts"],
  spool: ["src/spool/spool.ts"],
  wrappers: ["src/decorators/call/traced-function.ts", "src/decorators/call/masked-start.ts"],
  builders: ["src/openinference/builders/builders.ts"],
  clients: ["src/instrumentation/traced-client.ts", "src/instrumentation/trace-module.ts"],
  instrumentation: [
    "src/instrumentation/auto-instrument.ts",
    "src/instrumentation/enable-instrumentations.ts",
    "src/instrumentation/modules/module-hooks.ts",
    "src/instrumentation/modules/loaded-es-modules.ts",
  ],
};

const ENTRY = /[\\/]src[\\/]index\.ts$/;
/** What several parts need that are not read together. */
const SHARED = /[\\/]src[\\/]config[\\/]hosts\.ts$/;
const RUNTIME = "\0rolldown/runtime.js";
/** What a later part gives beside its names: which build it is of. */
const BUILD = "phoenix-otel.build";
const OF_BUILD = `const ofBuild_ = (part) => { if (part["${BUILD}"] !== build_) throw new Error("its file is of another version"); return part; };`;

/**
 * How a chunk gives what another one uses. It stands at the chunk's end, where all is there: what never changes can be given
 * as it is, which is read in a tenth of the time.
 */
const LIVE_EXPORT =
  /^Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function\(\) \{\s+return (\w+);\s+\}\s+\}\);$/gm;

/** With a single one of these, Node keeps the text of the whole file in twice the memory, and takes longer to read it. */
const BEYOND_ASCII = /[\u0080-\uFFFF]/g;
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * Stands before all else. Node's path functions are compiled while OpenTelemetry's many files are looked for, each time anew
 * when a form of path comes that was not seen before: 4 ms of processor time, which one path of every form saves.
 */
const EVERY_FORM_OF_PATH = 'require("node:path").normalize("../../a/bc/../c./../.d/./e");';

/** Neither does anything as it is read, and a name may be given that nothing uses. */
const UNUSED = /^(?:const (require_\w+) = )?require\("\.\/(?:constants|rolldown-runtime)\.cjs"\);$/gm;

/** What the API gives by a getter and never changes: a part asks for it once, and not at each use. */
const API = 'let _opentelemetry_api = require("@opentelemetry/api");';
const API_NAMES = ["context", "trace", "SpanStatusCode"];
const API_USE = new RegExp(`\\b_opentelemetry_api\\.(${API_NAMES.join("|")})\\b`, "g");

const askApiOnce = (code: string): string =>
  code.includes(API)
    ? code
        .replace(API_USE, "api_$1")
        .replace(
          API,
          `${API} const ${API_NAMES.map((name) => `api_${name} = _opentelemetry_api.${name}`).join(", ")};`,
        )
    : code;

const doorOf = (id: string): string | undefined => {
  const path = id.replaceAll("\\", "/");
  return Object.entries(DOORS).find(([, doors]) => doors.some((door) => path.endsWith(`/${door}`)))?.[0];
};

/** The plugin and the options that go with it; the output options are for the CommonJS format. */
export function laterParts(): {
  plugin: Rolldown.Plugin;
  inputOptions: Rolldown.InputOptions;
  outputOptions: Rolldown.OutputOptions;
} {
  const parts = new Map<string, string>();
  const plugin: Rolldown.Plugin = {
    name: "later-parts",
    /** A module that starting needs is in `start`; any other one is in the first part that needs it. */
    buildEnd() {
      const assign = (id: string, part: string): void => {
        if (parts.has(id) || (doorOf(id) ?? part) !== part) return;
        parts.set(id, part);
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) assign(imported, part);
      };
      const ids = [...this.getModuleIds()];
      for (const id of ids.filter((each) => CONSTANTS.test(each))) assign(id, "constants");
      for (const id of ids.filter((each) => ENTRY.test(each) || SHARED.test(each))) assign(id, "start");
      for (const part of Object.keys(DOORS)) {
        for (const id of ids.filter((each) => doorOf(each) === part)) assign(id, part);
      }
      parts.set(RUNTIME, "start");
    },
    /**
     * `const require_grpc = require("./grpc.cjs")` becomes a function that reads the file at its first call. In
     * parentheses where it is used: `new require_grpc().GrpcSender()` would construct the function. After an update under
     * a running program the file may be of another build, with other names in it.
     */
    generateBundle({ format }, bundle) {
      const names = Object.keys(DOORS).join("|");
      const chunks = Object.values(bundle).filter((chunk) => chunk.type === "chunk");
      inlineConstants(chunks);
      const build = createHash("sha256")
        .update(chunks.map(({ code }) => code).join(""))
        .digest("hex")
        .slice(0, 12);
      // Deno keeps compiled code by path, time and length, and npm gives all files one time: each build has lengths of its own.
      const padding = `/*${" ".repeat(Number.parseInt(build.slice(0, 2), 16))}*/`;
      for (const chunk of chunks) {
        chunk.code = askApiOnce(chunk.code)
          // The line stays, as a source map counts lines.
          .replace(UNUSED, (line, name?: string) =>
            name !== undefined && chunk.code.includes(`${name}.`) ? line : "",
          )
          // On the line that is there: a source map counts lines. And first, as a part may be asked for while it is read.
          .replace(
            /^"use strict";/,
            [
              '"use strict";',
              padding,
              ...(chunk.name === "start" ? [EVERY_FORM_OF_PATH] : []),
              ...(Object.hasOwn(DOORS, chunk.name) ? [`exports["${BUILD}"] = "${build}";`] : []),
              ...(new RegExp(`= require\\("\\./(?:${names})\\.cjs`).test(chunk.code)
                ? [`const build_ = "${build}"; ${OF_BUILD}`]
                : []),
            ].join(" "),
          )
          .replace(
            new RegExp(`^const (require_(?:${names})) = (require\\("\\./[^"]+"\\));$`, "gm"),
            (_line, name: string, load: string) =>
              `let ${name}_; const ${name} = () => ${name}_ ??= ofBuild_(${load});`,
          )
          .replace(new RegExp(`\\b(require_(?:${names}))\\.`, "g"), "($1()).")
          .replace(LIVE_EXPORT, (block, name: string, local: string) =>
            chunk.code.includes(`\nlet ${local} `) || chunk.code.includes(`\nlet ${local};`)
              ? block
              : `exports.${name} = ${local};`,
          );
        if (format === "cjs") chunk.code = chunk.code.replace(BEYOND_ASCII, escaped);
      }
    },
  };
  const outputOptions: Rolldown.OutputOptions = {
    chunkFileNames: "[name].cjs",
    // Local names alone: shorter ones are read faster, by a tenth. Lines stay, and names that a stack shows but those of
    // private methods, which source maps have.
    minify: {
      compress: false,
      mangle: { toplevel: false, keepNames: true },
      codegen: { removeWhitespace: false },
    },
    minifyInternalExports: false,
    // Jest runs CommonJS where there is no `import()`.
    dynamicImportInCjs: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: (id) => (ENTRY.test(id) ? null : (parts.get(id) ?? null)) }],
    },
  };
  // Both are what rolldown asks for where a module's dependencies do not go with it.
  return {
    plugin,
    inputOptions: { preserveEntrySignatures: "allow-extension", optimization: { inlineConst: true } },
    outputOptions,
  };
}
