// Other versions of Node, from the npm package `node`, so that tests can run a program on each that people have.
import { chmod, mkdir, mkdtemp, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Child, checkout } from "./child.ts";
import { type ProgramEnd, run } from "./run-program.ts";

/** The majors on which the package must work. */
export const NODE_VERSIONS = ["20", "22", "24", "26"] as const;
export type NodeVersion = (typeof NODE_VERSIONS)[number];

const CACHE = path.join(checkout, "node_modules/.cache/phoenix-otel/node");
const found = new Map<NodeVersion, Promise<string>>();

/** Runs `node ...args` in the checkout on the newest Node of a major, with a bare environment plus `environment`. */
export async function runOnNode(
  version: NodeVersion,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ProgramEnd> {
  return await run(await nodeBinary(version), args, environment);
}

/** The executable of a major: this process's own where it is that, else one installed once for the checkout. */
export function nodeBinary(version: NodeVersion): Promise<string> {
  if (process.versions.node.startsWith(`${version}.`)) return Promise.resolve(process.execPath);
  const known = found.get(version);
  if (known !== undefined) return known;
  const installing = install(version);
  found.set(version, installing);
  return installing;
}

async function install(version: NodeVersion): Promise<string> {
  const binary = path.join(CACHE, `node-${version}`);
  if (await stat(binary).catch(() => undefined)) return binary;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(path.join(CACHE, "installing-"));
  try {
    const npm = ["install", "--silent", "--no-package-lock", "--prefix", folder, `node@${version}`];
    // With the environment of whoever runs the tests: it may say where npm's registry is.
    const { code, stderr } = await new Child("npm", npm, { environment: process.env }).ended;
    if (code !== 0) throw new Error(`npm could not install node@${version}:\n${stderr}`);
    const installed = await realpath(path.join(folder, "node_modules/node/bin/node"));
    await chmod(installed, 0o755);
    // Test files run at the same time: whoever renames last replaces a whole file by the same one.
    await rename(installed, binary);
    return binary;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
