// docs/architecture.md is a map: every path that it and CONTRIBUTING.md name exists, and no room is missing on it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { withLayers } from "../../scripts/write-layers.ts";
import { checkout } from "../support/child.ts";

const PAGES = ["docs/architecture.md", "CONTRIBUTING.md"];
/** What a build, an installation or a run makes. */
const MADE = /^(dist|node_modules|\.phoenix)\b/;
/** A folder with its last slash, or a file with a slash or an ending that files of this repository have. */
const NAMED = /(?<![\w./@-])(?:\.?[\w-]+\/)*(?:\.?[\w.-]+\.(?:ts|mjs|js|json|md)|\.?[\w-]+\/)(?![\w/])/g;

const read = (page: string): string => readFileSync(path.join(checkout, page), "utf8");

/** The text of backticks, of figures and of links: prose may say "and/or". */
function* codeOf(markdown: string): Generator<string> {
  for (const [, figure = ""] of markdown.matchAll(/^```text\n([\s\S]*?)^```/gm)) yield figure;
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, "");
  for (const [, code = ""] of prose.matchAll(/`([^`\n]+)`/g)) yield code;
}

const pathsIn = (page: string): string[] => [
  ...new Set([...codeOf(read(page))].flatMap((code) => code.match(NAMED) ?? [])),
];

/** Figures and prose name a file beside one just named by itself: `call-plan.ts`. */
const sources = readdirSync(path.join(checkout, "src"), { recursive: true, encoding: "utf8" });
const exists = (name: string): boolean =>
  MADE.test(name) ||
  [".", "src"].some((folder) => existsSync(path.join(checkout, folder, name))) ||
  (!name.includes("/") && sources.some((file) => path.basename(file) === name));

describe.each(PAGES)("%s", (page) => {
  test("names paths that exist", () => {
    const paths = pathsIn(page);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((name) => !exists(name))).toEqual([]);
  });

  test("links to pages that exist", () => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
    const missing = links.filter((link) => !existsSync(path.join(checkout, path.dirname(page), link)));
    expect(missing).toEqual([]);
  });
});

test("the map has every room and every file at the top of src/", () => {
  const table = read("docs/architecture.md").split("## The rooms")[1]?.split("\n## ")[0] ?? "";
  const rooms = readdirSync(path.join(checkout, "src"), { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? `${entry.name}/` : entry.name,
  );
  expect(rooms.filter((room) => !table.includes(`\`${room}\``))).toEqual([]);
});

test("CONTRIBUTING.md has the layers as the lint has them; scripts/write-layers.ts writes them", async () => {
  const page = read("CONTRIBUTING.md");
  expect(page).toContain("\ncapture          nothing\n");
  expect(await withLayers(page)).toBe(page);
});
