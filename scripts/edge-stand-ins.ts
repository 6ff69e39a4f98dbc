// What the edge build has in place of modules that need Node: see src/edge/stand-ins.
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Rolldown } from "tsdown";

const src = fileURLToPath(new URL("../src", import.meta.url));
const standIn = (name: string): string => path.join(src, "edge/stand-ins", name);

const STAND_INS: Readonly<Record<string, string>> = {
  "node:util": standIn("node-util.ts"),
  [path.join(src, "stderr.ts")]: standIn("stderr.ts"),
  [path.join(src, "parts.ts")]: standIn("parts.ts"),
  [path.join(src, "config/environment.ts")]: standIn("environment.ts"),
};

/** Resolves the modules that have a stand-in to it. */
export const edgeStandIns: Rolldown.Plugin = {
  name: "edge-stand-ins",
  resolveId(specifier, importer) {
    const isRelative = specifier.startsWith(".") && importer !== undefined;
    const wanted = isRelative ? path.resolve(path.dirname(importer), specifier) : specifier;
    return Object.hasOwn(STAND_INS, wanted) ? STAND_INS[wanted] : undefined;
  },
};

/** What stands under all, in a file of its own: else the two others would import each other. */
const GROUND =
  /[\\/]src[\\/](?:process-slot|test-mode|diagnostics|edge[\\/]stand-ins[\\/]stderr|openinference[\\/](?:delegating-span|span-kind))\.ts$|rolldown/;
const VALUES = /[\\/]src[\\/](?:capture|config|context|masking|openinference|edge[\\/]stand-ins)[\\/]/;

/** What reads values is in a file of its own: bundlers leave out the whole file where nothing in it is used. */
export const edgePart = (id: string): string | null => {
  if (GROUND.test(id)) return "edge-ground";
  return VALUES.test(id) ? "edge-values" : null;
};
