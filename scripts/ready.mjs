// Makes a checkout ready for the command that follows: installs what the lock file names and builds
// `dist/`, each only when it is missing or older than what it is made from. Needs nothing installed.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const modified = (file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newest = (folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return Math.max(latest, statSync(file).mtimeMs);
    }, 0);

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

if (modified("node_modules/.package-lock.json") < modified("package-lock.json")) {
  // Not `npm ci`: it refuses the whole lock file when a registry does not serve the build of some optional
  // package for another platform. This installs the same locked versions and writes no file back.
  run("npm", ["install", "--no-save", "--loglevel=error"]);
}

const sources = Math.max(
  ...["src", "scripts"].map(newest),
  ...["tsdown.config.ts", "package.json"].map(modified),
);
const built = ["index.mjs", "index.cjs", "node.mjs", "cli/phoenix-otel.mjs", "web/page.html"];
if (built.some((file) => modified(`dist/${file}`) < sources)) {
  run("npm", ["run", "--silent", "build", "--", "--log-level", "warn"]);
}
