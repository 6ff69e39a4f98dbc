// Looks for a second copy of OpenTelemetry's API that cannot see what the first one keeps, and says so.
import { setTimer } from "./deadline.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sayOnce } from "./diagnostics.ts";
import { globalApiVersion } from "./globals.ts";

/** The main file of a CommonJS copy, as its name ends; `/` for all platforms. */
const MAIN_FILE = /\/@opentelemetry\/api\/(?:build\/src\/index\.js|dist\/index\.cjs)$/;

/** The folder of the package that a file is of. */
const PACKAGE = /^.*[\\/]@opentelemetry[\\/]api(?=[\\/])/;

/**
 * Once what is loading now is loaded, looks for copies of OpenTelemetry's API: the one that the program itself gets, and all that
 * were loaded by `require`. A copy of a newer minor version than the one that keeps the globals finds nothing there, so
 * spans of its tracers are lost; PHX220 names it. Older copies, and others of the same version, see what we do.
 */
export function lookForNewerApi(): void {
  // Not by setImmediate, which jest with jsdom has not.
  setTimer(() => {
    try {
      tellOfNewerApi();
    } catch {
      // Whoever cannot be asked has no other copy that we know of.
    }
  }, 0);
}

function tellOfNewerApi(): void {
  const keeping = globalApiVersion();
  if (keeping === undefined) return;
  for (const file of apiFiles()) {
    const root = PACKAGE.exec(file)?.[0];
    const version = root === undefined ? undefined : versionOf(root);
    if (version === undefined || !isNewer(version, keeping)) continue;
    const message = `OpenTelemetry's API ${version} (${root}) is in this process beside ${keeping}, which phoenix-otel uses, and does not see its provider: spans of its tracers do not reach Phoenix, those of phoenix-otel's wrappers do. Have one version for all: "npm ls @opentelemetry/api" shows who brings which.`;
    return sayOnce("PHX220", { code: "PHX220", message });
  }
}

/** The main files of the copies that can be found. */
function apiFiles(): Set<string> {
  const files = new Set<string>();
  // Bundlers complain of an imported createRequire() that is called with what they cannot know.
  const { createRequire } = process.getBuiltinModule("node:module");
  const program = createRequire(process.argv[1] ?? join(process.cwd(), "program.js"));
  try {
    files.add(program.resolve("@opentelemetry/api"));
  } catch {
    // The program does not use it itself.
  }
  for (const file of Object.keys(program.cache)) {
    if (MAIN_FILE.test(file.replaceAll("\\", "/"))) files.add(file);
  }
  return files;
}

/** What a package says of itself. */
function versionOf(root: string): string | undefined {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { version } = manifest as { version?: unknown };
  return typeof version === "string" ? version : undefined;
}

/** Whether the API of `version` refuses the globals of one of `keeping`, by the rule of the API itself. */
function isNewer(version: string, keeping: string): boolean {
  const [major, minor = 0] = version.split(".").map(Number);
  const [keepingMajor, keepingMinor = 0] = keeping.split(".").map(Number);
  // Another major version has globals of its own, and tracers of its own making.
  return major === keepingMajor && minor > keepingMinor;
}
