// Splits Node's build into what starting needs and parts that are read when they are first used: reading code is most of
// what an import costs. The sources import as usual, and bundlers get the ES module build in one piece.
import type { Rolldown } from "tsdown";
import { rewriteChunks } from "./chunk-code.ts";
import { CONSTANTS } from "./literal-constants.ts";

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
    generateBundle({ format }, bundle) {
      const chunks = Object.values(bundle).filter((chunk) => chunk.type === "chunk");
      if (format === "cjs") rewriteChunks(chunks, Object.keys(DOORS));
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
