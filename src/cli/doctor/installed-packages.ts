// The packages in the node_modules of a project, nested ones and pnpm's store included, each place once.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";

/** A package as it is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Where its files really are. */
  readonly directory: string;
}

/** Folders that are looked at; beyond, a project is too large for it. */
const MAX_FOLDERS = 50_000;

/** Finds what the program in `directory` can load: from its node_modules and from those above it. */
export function findInstalled(directory: string): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const seen = new Set<string>();
  for (let at = directory; ; at = path.dirname(at)) {
    walk(path.join(at, "node_modules"), found, seen);
    if (path.dirname(at) === at) return [...found.values()];
  }
}

function walk(modules: string, found: Map<string, InstalledPackage>, seen: Set<string>): void {
  const real = realPath(modules);
  if (real === undefined || seen.has(real) || seen.size > MAX_FOLDERS) return;
  seen.add(real);
  for (const name of namesIn(real)) {
    const directory = realPath(path.join(real, name));
    if (directory === undefined) continue;
    // What pnpm and others keep aside: packages with their own node_modules.
    if (name.startsWith(".")) {
      if (name === ".pnpm")
        for (const kept of namesIn(directory)) walk(path.join(directory, kept, "node_modules"), found, seen);
      continue;
    }
    if (name.startsWith("@"))
      for (const inScope of namesIn(directory)) add(path.join(directory, inScope), found, seen);
    else add(directory, found, seen);
  }
}

function add(folder: string, found: Map<string, InstalledPackage>, seen: Set<string>): void {
  const directory = realPath(folder);
  if (directory === undefined || seen.has(directory)) return;
  seen.add(directory);
  try {
    const { name, version } = JSON.parse(
      readFileSync(path.join(directory, "package.json"), "utf8"),
    ) as Record<string, unknown>;
    if (typeof name === "string" && typeof version === "string")
      found.set(directory, { name, version, directory });
  } catch {
    // No package.
  }
  walk(path.join(directory, "node_modules"), found, seen);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPath(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
