// The SDKs that are installed for the program, found from its directory: npm, pnpm, workspaces. Nothing is loaded.
import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { type InstalledCopy, sdkCopyAt } from "./sdk-file.ts";
import { SDK_FILES } from "./sdk-files.ts";

/** A copy that the program can reach by name. */
export interface ReachableCopy extends InstalledCopy {
  /** Whether the program's own package.json names it. */
  readonly isDependency: boolean;
}

/** Every copy of an SDK that is reachable from the program's directory or the working directory, the nearest first. */
export function installedCopies(): readonly ReachableCopy[] {
  const found = new Map<string, ReachableCopy>();
  const seenNames = new Set<string>();
  for (const start of programDirectories()) {
    const dependencies = dependenciesAt(start);
    for (const folder of upward(start)) {
      for (const name of new Set([...Object.keys(SDK_FILES), ...dependencies])) {
        const directory = realPath(path.join(folder, "node_modules", name));
        const copy = directory === undefined || seenNames.has(name) ? undefined : sdkCopyAt(directory);
        if (copy === undefined || directory === undefined) continue;
        seenNames.add(name);
        if (!found.has(directory)) found.set(directory, { ...copy, isDependency: dependencies.has(name) });
      }
    }
  }
  return [...found.values()];
}

/** Where a package that the program or the SDK in `directory` can load is; `undefined` where it is not installed. */
export function findPackage(name: string, directory: string): string | undefined {
  for (const start of [...programDirectories(), directory]) {
    for (const folder of upward(start)) {
      const found = realPath(path.join(folder, "node_modules", name));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The directory of the program that node was started with, and the one that it was started in. */
function programDirectories(): string[] {
  const main = process.argv[1] === undefined ? undefined : realPath(process.argv[1]);
  const places = [main === undefined ? undefined : path.dirname(main), currentDirectory()];
  return [...new Set(places.filter((each) => each !== undefined))];
}

function currentDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

function* upward(start: string): Generator<string> {
  let folder = start;
  for (;;) {
    if (path.basename(folder) !== "node_modules") yield folder;
    const parent = path.dirname(folder);
    if (parent === folder) return;
    folder = parent;
  }
}

/** The names in the nearest package.json above; those of other packages under a name of its own among them. */
function dependenciesAt(start: string): ReadonlySet<string> {
  for (const folder of upward(start)) {
    try {
      const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
      const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
      const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
      return new Set(Object.keys(all).filter((name) => isSdk(name, all[name])));
    } catch {
      // None here, or none that can be read.
    }
  }
  return new Set();
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly devDependencies?: Readonly<Record<string, unknown>>;
  readonly optionalDependencies?: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, unknown>>;
}

const isSdk = (name: string, version: unknown): boolean =>
  Object.hasOwn(SDK_FILES, name) || (typeof version === "string" && version.startsWith("npm:"));
