// What kind of module the program is that node was started with.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The format of the program's main file; `undefined` where there is none, or none that can be told. Never throws. */
export function mainFormat(): "es module" | "commonjs" | undefined {
  try {
    return formatOfMain();
  } catch {
    return undefined;
  }
}

function formatOfMain(): "es module" | "commonjs" | undefined {
  const main = process.argv[1];
  const extension = main === undefined || !existsSync(main) ? undefined : path.extname(main);
  if (main === undefined || extension === undefined) return undefined;
  if (/^\.m[jt]s$/.test(extension)) return "es module";
  if (/^\.c[jt]s$/.test(extension)) return "commonjs";
  if (!/^\.[jt]sx?$/.test(extension)) return undefined;
  for (let folder = path.dirname(main); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) return typeOf(manifest) ?? formatOfSource(main, extension);
    if (folder === path.dirname(folder)) return formatOfSource(main, extension);
  }
}

function typeOf(manifest: string): "es module" | "commonjs" | undefined {
  const { type } = JSON.parse(readFileSync(manifest, "utf8")) as { type?: unknown };
  return type === "module" ? "es module" : type === "commonjs" ? "commonjs" : undefined;
}

/** Without a type Node looks at the source; what is made of TypeScript is up to who makes it. */
function formatOfSource(file: string, extension: string): "es module" | "commonjs" | undefined {
  if (extension !== ".js") return undefined;
  return /^\s*(import\b(?!\s*[(.])|export\b)/m.test(readFileSync(file, "utf8")) ? "es module" : "commonjs";
}
