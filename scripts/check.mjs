// Everything but the tests: types, lint, format, build, and the package as npm would publish it.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @type {[name: string, command: string, args: string[]][]} */
const STEPS = [
  ["ready", "node", ["scripts/ready.mjs"]],
  ["types of src, as its readers get them", "npx", ["tsc", "-p", "tsconfig.src.json"]],
  ["types of everything", "npx", ["tsc"]],
  ["types of the page", "npx", ["tsc", "-p", "src/web"]],
  ["types of its tests", "npx", ["tsc", "-p", "test/web"]],
  ["lint", "npx", ["oxlint", "--type-aware"]],
  ["format", "npx", ["oxfmt", "--check"]],
  ["build", "npm", ["run", "--silent", "build", "--", "--log-level", "warn"]],
  ["publint", "npx", ["publint", "--strict"]],
  ["are the types wrong", "npx", ["attw", "--pack", "--quiet"]],
  ["API pages", "npx", ["typedoc", "--logLevel", "Warn"]],
  ["unused files and dependencies", "npx", ["knip"]],
];

for (const [name, command, args] of STEPS) {
  console.log(`\n> ${name}: ${command} ${args.join(" ")}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) {
    console.error(`\ncheck: "${name}" failed`);
    process.exit(status ?? 1);
  }
}
console.log("\ncheck: all passed");
