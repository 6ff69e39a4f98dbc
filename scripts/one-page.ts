// Makes one self-contained document of the page's script, style and frame.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Rolldown } from "tsdown";

const WEB = path.join(import.meta.dirname, "../src/web");

/** The folder of the package that a module belongs to. */
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/** The packages that a chunk is made of, each with its licence; MIT asks for its text in every copy. */
function licences({ moduleIds }: Rolldown.OutputChunk): string {
  const folders = new Set(moduleIds.flatMap((id) => PACKAGE.exec(id)?.[0] ?? []));
  const texts = Array.from(folders, (folder) => {
    const { name, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
      name: string;
      license: string;
    };
    const file = path.join(folder, "LICENSE");
    return `${name}\n\n${existsSync(file) ? readFileSync(file, "utf8") : license}`;
  });
  return texts.join("\n\n");
}

/** Replaces the chunk by `web/page.html`, with the chunk and `page.css` in it, and the licences of what the chunk is made of. */
export const onePage: Rolldown.Plugin = {
  name: "one-page",
  buildStart() {
    for (const file of ["page.html", "page.css"]) this.addWatchFile(path.join(WEB, file));
  },
  generateBundle(_options, bundle) {
    const read = (file: string): string => readFileSync(path.join(WEB, file), "utf8");
    const [chunk, ...others] = Object.values(bundle);
    if (chunk?.type !== "chunk" || others.length > 0) this.error("the page's script is not one chunk");
    // What would end the element, or hide its end, inside it; both occur in strings only.
    const script = chunk.code
      .replaceAll(/<\/(?=script)/gi, String.raw`<\/`)
      .replaceAll("<!--", String.raw`<\!--`);
    const source = read("page.html")
      .replace("<style></style>", () => `<style>${read("page.css")}</style>`)
      .replace("<script></script>", () => `<script>${script}</script>`)
      .concat(`<!--\n${licences(chunk)}\n-->\n`);
    delete bundle[chunk.fileName];
    this.emitFile({ type: "asset", fileName: "web/page.html", source });
  },
};
