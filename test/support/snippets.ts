// The fenced `ts` blocks of the README and the docs.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "./child.ts";

export interface Snippet {
  /** Where it stands. */
  readonly name: string;
  /** A file beside the page, so that imports resolve from there. */
  readonly file: string;
  /** A module. */
  readonly text: string;
}

function snippetsOf(page: string): Snippet[] {
  const markdown = readFileSync(path.join(checkout, page), "utf8");
  return [...markdown.matchAll(/^( *)```ts\b[^\n]*\n([\s\S]*?)^\1```/gm)].map((match, index) => {
    const line = markdown.slice(0, match.index).split("\n").length;
    const file = path.join(
      checkout,
      path.dirname(page),
      `snippet-${path.basename(page, ".md")}-${index}.mts`,
    );
    return { name: `${page}:${line}`, file, text: `${match[2]}\nexport {};\n` };
  });
}

const pages = [
  "README.md",
  ...readdirSync(path.join(checkout, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export const snippets: readonly Snippet[] = pages.flatMap(snippetsOf);
