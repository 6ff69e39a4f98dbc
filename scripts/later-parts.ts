// Splits Node's build into what starting needs and parts that are read when they are first used: reading code is most of
// what an import costs. The sources import as usual, and bundlers get the ES module build in one piece.
import type { Rolldown } from "tsdown";

/** Each part, with the modules through which it is entered; what only they need comes along. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  // What the later ones share comes first: a part may need one above it as it is read, none below.
  vocabulary: [
    "trace/SemanticConventions.js",
    "src/openinference/open-inference-span.ts",
    "src/openinference/llm/llm-call.ts",
  ],
  masking: ["src/masking/masking.ts"],
  delivery: ["src/processors/span-delivery.ts", "src/exporters/create-sender.ts", "src/delivery/classify.ts"],
  grpc: ["src/exporters/grpc/grpc-sender.ts"],
  exit: ["src/exit/blocking-send.ts", "src/exit/exit-worker.ts", "src/exit/exit-report.ts"],
  spool: ["src/spool/spool.ts"],
  wrappers: ["src/decorators/call/traced-function.ts"],
};

const ENTRY = /[\\/]src[\\/]index\.ts$/;
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
      for (const id of ids.filter((each) => ENTRY.test(each))) assign(id, "start");
      for (const part of Object.keys(DOORS)) {
        for (const id of ids.filter((each) => doorOf(each) === part)) assign(id, part);
      }
      parts.set(RUNTIME, "start");
    },
    /**
     * `const require_grpc = require("./grpc.cjs")` becomes a function that reads the file at its first call. In
     * parentheses where it is used: `new require_grpc().GrpcSender()` would construct the function.
     */
    generateBundle(_options, bundle) {
      const names = Object.keys(DOORS).join("|");
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        chunk.code = chunk.code
          .replace(
            new RegExp(`^const (require_(?:${names})) = (require\\("\\./[^"]+"\\));$`, "gm"),
            (_line, name: string, load: string) =>
              `let ${name}_; const ${name} = () => ${name}_ ??= ${load};`,
          )
          .replace(new RegExp(`\\b(require_(?:${names}))\\.`, "g"), "($1()).");
      }
    },
  };
  const outputOptions: Rolldown.OutputOptions = {
    chunkFileNames: "[name].cjs",
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: (id) => (ENTRY.test(id) ? null : (parts.get(id) ?? null)) }],
    },
  };
  // Both are what rolldown asks for where a module's dependencies do not go with it.
  return { plugin, inputOptions: { preserveEntrySignatures: "allow-extension" }, outputOptions };
}
