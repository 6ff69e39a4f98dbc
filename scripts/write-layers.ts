// Writes the layers of CONTRIBUTING.md from lint/layers.js, which holds them. A test fails when the page and the lint
// differ; run `npx tsx scripts/write-layers.ts` then.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Rooms = Record<string, [allowed: string[] | "all", sentence: string]>;

const BLOCK = /^```text\n[\s\S]*?^```$/m;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const layer = (room: string, allowed: string[] | "all"): string =>
  `${room.padEnd(16)} ${allowed === "all" ? "everything" : allowed.join(" ") || "nothing"}\n`;

/** The page's text with a line for every room of `src/`, in the order of the lint. */
export async function withLayers(text: string): Promise<string> {
  const lint = pathToFileURL(path.join(root, "lint/layers.js")).href;
  const { ROOMS } = (await import(lint)) as { ROOMS: Rooms };
  const folders = readdirSync(path.join(root, "src"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const rooms = new Set(folders.map(({ name }) => name));
  const layers = Object.entries(ROOMS)
    .filter(([room]) => rooms.has(room))
    .map(([room, [allowed]]) => layer(room, allowed));
  return text.replace(BLOCK, () => `\`\`\`text\n${layers.join("")}\`\`\``);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = path.join(root, "CONTRIBUTING.md");
  writeFileSync(page, await withLayers(readFileSync(page, "utf8")));
}
