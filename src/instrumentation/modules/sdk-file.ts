// Tells of a file whether it is one of those through which a program gets at an SDK. Also runs in the thread of Node's
// module hooks, so it needs nothing but Node.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { SdkPackage } from "../../config/sdk-names.ts";
import { SDK_FILES } from "./sdk-files.ts";

/** One installed copy of an SDK's package. */
export interface SdkCopy {
  /** The package's own name, whatever the program calls it. */
  readonly package: string;
  /** The SDK that it is part of. */
  readonly sdk: SdkPackage;
  readonly version: string;
  readonly directory: string;
}

/** A file of a copy. */
export interface SdkFile extends SdkCopy {
  /** From the copy's directory, with slashes. */
  readonly file: string;
  /** Whether it is what the package's name leads to. */
  readonly isMain: boolean;
}

/** A package.json, as far as it is read here. */
interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly main?: unknown;
  readonly module?: unknown;
  readonly exports?: unknown;
}

/** A copy, with what can be loaded of it. */
export interface InstalledCopy extends SdkCopy {
  /** What `import` of its name loads, from the copy's directory. */
  readonly imported: string | undefined;
}

interface KnownCopy extends InstalledCopy {
  readonly mains: ReadonlySet<string>;
  readonly others: RegExp | undefined;
}

/** Each directory of a package is looked at once. */
const copies = new Map<string, KnownCopy | undefined>();

/** What a file is of an SDK; `undefined` for any other one. Never throws. */
export function sdkFileAt(filename: string): SdkFile | undefined {
  const file = path.sep === "/" ? filename : filename.replaceAll(path.sep, "/");
  const directory = packageDirectory(file);
  if (directory === undefined) return undefined;
  const copy = copyAt(directory);
  if (copy === undefined) return undefined;
  const within = file.slice(directory.length + 1);
  const isMain = copy.mains.has(within);
  if (!isMain && !copy.others?.test(within)) return undefined;
  return { package: copy.package, sdk: copy.sdk, version: copy.version, directory, file: within, isMain };
}

/** The copy in a directory that may be one of an SDK. */
export function sdkCopyAt(directory: string): InstalledCopy | undefined {
  return copyAt(path.sep === "/" ? directory : directory.replaceAll(path.sep, "/"));
}

const MODULES = "/node_modules/";

/** `…/node_modules/name` or `…/node_modules/@scope/name`, the innermost of them. */
function packageDirectory(file: string): string | undefined {
  const at = file.lastIndexOf(MODULES);
  if (at === -1) return undefined;
  const start = at + MODULES.length;
  let end = file.indexOf("/", start);
  if (end !== -1 && file[start] === "@") end = file.indexOf("/", end + 1);
  return end === -1 ? undefined : file.slice(0, end);
}

function copyAt(directory: string): KnownCopy | undefined {
  if (copies.has(directory)) return copies.get(directory);
  const copy = readCopy(directory);
  copies.set(directory, copy);
  return copy;
}

function readCopy(directory: string): KnownCopy | undefined {
  const manifest = readManifest(directory);
  if (manifest === undefined) return undefined;
  const { name, version } = manifest;
  const row = typeof name === "string" && Object.hasOwn(SDK_FILES, name) ? SDK_FILES[name] : undefined;
  if (row === undefined) return undefined;
  return {
    package: String(name),
    sdk: row.sdk,
    version: String(version),
    directory,
    imported: importedFile(manifest),
    mains: mainFiles(manifest),
    others: row.others,
  };
}

function readManifest(directory: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(`${directory}/package.json`, "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}

/** What the package's name stands for in `exports`, by condition. */
const rootOf = (exports: unknown): unknown =>
  typeof exports === "object" && exports !== null && "." in exports ? exports["."] : exports;

const MAIN_ENDS = ["", ".js", ".cjs", "/index.js"];

/** Every file that the package's name leads to, under any condition. */
function mainFiles({ main, module, exports }: Manifest): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") found.add(value.replace(/^\.\//, ""));
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(rootOf(exports));
  collect(module);
  if (typeof main === "string" || exports === undefined) {
    const base = (typeof main === "string" ? main : "index.js").replace(/^\.\//, "").replace(/\/$/, "");
    for (const end of MAIN_ENDS) found.add(base + end);
  }
  return found;
}

/** What `import` of the package in a directory loads, from there; `undefined` where its package.json cannot be read. */
export function importedFileAt(directory: string): string | undefined {
  const manifest = readManifest(directory);
  return manifest && importedFile(manifest);
}

/** What Node's `import` of the package's name loads. */
function importedFile({ main, exports }: Manifest): string | undefined {
  const choose = (value: unknown): string | undefined => {
    if (typeof value === "string") return value;
    if (typeof value !== "object" || value === null) return undefined;
    for (const [condition, each] of Object.entries(value)) {
      const chosen = ["node", "import", "default"].includes(condition) ? choose(each) : undefined;
      if (chosen !== undefined) return chosen;
    }
    return undefined;
  };
  const file = exports === undefined ? main : choose(rootOf(exports));
  return typeof file === "string" ? file.replace(/^\.\//, "") : undefined;
}
