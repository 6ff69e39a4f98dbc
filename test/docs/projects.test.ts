// What the pages about frameworks, bundlers and platforms show is in a project that is built and run.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const projects = path.join(root, "test/projects");

let run: string[];

beforeAll(async () => {
  const files = (await readdir(projects, { recursive: true })).filter((file) =>
    /\.([mc]?[jt]sx?)$/.test(file),
  );
  const all = [
    ...files.map((file) => path.join(projects, file)),
    path.join(root, "test/package/bundle.test.ts"),
  ];
  run = await Promise.all(all.map((file) => readFile(file, "utf8")));
});

it.each(["nextjs.md", "bundlers.md", "lambda.md"])("every snippet of %s is of a project", async (page) => {
  const text = await readFile(path.join(root, "docs", page), "utf8");
  const snippets = [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code.trim());
  expect(snippets.length).toBeGreaterThan(1);
  expect(snippets.filter((snippet) => !run.some((file) => file.includes(snippet)))).toEqual([]);
});
