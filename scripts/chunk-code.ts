// Rewrites the code of Node's CommonJS build: later parts are read at their first use, and all is read and run faster. No
// line moves, as source maps count lines.
import { createHash } from "node:crypto";
import type { Rolldown } from "tsdown";
import { inlineConstants } from "./literal-constants.ts";

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

/**
 * Rewrites all chunks, of which `laterParts` are the names of those that are read late. `const require_grpc =
 * require("./grpc.cjs")` becomes a function that reads the file at its first call, in parentheses where it is used: `new
 * require_grpc().GrpcSender()` would construct the function. After an update under a running program the file may be of
 * another build, with other names in it.
 */
export function rewriteChunks(chunks: readonly Rolldown.OutputChunk[], laterParts: readonly string[]): void {
  inlineConstants(chunks);
  const names = laterParts.join("|");
  const build = createHash("sha256")
    .update(chunks.map(({ code }) => code).join(""))
    .digest("hex")
    .slice(0, 12);
  // Deno keeps compiled code by path, time and length, and npm gives all files one time: each build has lengths of its own.
  const padding = `/*${" ".repeat(Number.parseInt(build.slice(0, 2), 16))}*/`;
  const isLate = new RegExp(`= require\\("\\./(?:${names})\\.cjs`);
  const lateRequire = new RegExp(`^const (require_(?:${names})) = (require\\("\\./[^"]+"\\));$`, "gm");
  const lateUse = new RegExp(`\\b(require_(?:${names}))\\.`, "g");
  for (const chunk of chunks) {
    const head = [
      '"use strict";',
      padding,
      ...(chunk.name === "start" ? [EVERY_FORM_OF_PATH] : []),
      ...(laterParts.includes(chunk.name) ? [`exports["${BUILD}"] = "${build}";`] : []),
      ...(isLate.test(chunk.code) ? [`const build_ = "${build}"; ${OF_BUILD}`] : []),
    ].join(" ");
    chunk.code = askApiOnce(chunk.code)
      .replace(UNUSED, (line, name?: string) =>
        name !== undefined && chunk.code.includes(`${name}.`) ? line : "",
      )
      // First, as a part may be asked for while it is read.
      .replace(/^"use strict";/, head)
      .replace(
        lateRequire,
        (_line, name: string, load: string) =>
          `let ${name}_; const ${name} = () => ${name}_ ??= ofBuild_(${load});`,
      )
      .replace(lateUse, "($1()).")
      .replace(LIVE_EXPORT, (block, name: string, local: string) =>
        chunk.code.includes(`\nlet ${local} `) || chunk.code.includes(`\nlet ${local};`)
          ? block
          : `exports.${name} = ${local};`,
      )
      .replace(BEYOND_ASCII, escaped);
  }
}
