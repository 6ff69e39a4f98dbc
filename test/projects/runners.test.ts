// `phoenix-otel/testing` in projects of vitest, jest, node:test and mocha.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installProject, type Project } from "../support/project.ts";

let project: Project;

beforeAll(async () => {
  project = await installProject("runners");
  // The same suite for what is CommonJS.
  const suite = await readFile(path.join(project.folder, "suite.mjs"), "utf8");
  const commonJs = `${suite.replace("export function", "function")}\nmodule.exports = { define };\n`;
  await writeFile(path.join(project.folder, "suite.cjs"), commonJs);
});
afterAll(() => project.remove());

const bin = (name: string): string => path.join("node_modules", name);
const VM_MODULES = { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" };
const JEST = [bin("jest/bin/jest.js"), "--testMatch"];

it.each<[string, string[], Record<string, string>?]>([
  ["vitest, forks", [bin("vitest/vitest.mjs"), "run", "vitest.test.mjs", "--pool=forks"]],
  ["vitest, threads", [bin("vitest/vitest.mjs"), "run", "vitest.test.mjs", "--pool=threads"]],
  ["vitest, not isolated", [bin("vitest/vitest.mjs"), "run", "vitest.test.mjs", "--no-isolate"]],
  ["jest, CommonJS", [...JEST, "**/jest-cjs.test.cjs", "--env=node"]],
  ["jest, CommonJS, jsdom", [...JEST, "**/jest-cjs.test.cjs", "--env=jsdom"]],
  ["jest, ES modules", [...JEST, "**/jest-esm.test.mjs", "--env=node", "--transform={}"], VM_MODULES],
  ["jest, ES modules, jsdom", [...JEST, "**/jest-esm.test.mjs", "--env=jsdom", "--transform={}"], VM_MODULES],
  ["node:test", ["--test", "node.test.mjs"]],
  ["mocha", [bin("mocha/bin/mocha.js"), "mocha.test.mjs"]],
])("%s: every test passes, nothing is said, the process ends by itself", async (_runner, args, variables) => {
  const { code, stdout, stderr } = await project.run(process.execPath, args, variables);
  expect(`${stdout}${stderr}`).not.toMatch(/PHX\d/);
  expect({ code, output: code === 0 ? "" : `${stdout}\n${stderr}` }).toEqual({ code: 0, output: "" });
  expect(`${stdout}${stderr}`).toMatch(/6 pass|Tests +\S*6 passed|pass 6|6 passing|Tests: +6 passed/);
  expect(`${stdout}${stderr}`).not.toMatch(/did not exit|open handle/);
});
