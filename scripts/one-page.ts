// Makes one self-contained document of the page's script, style and frame.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Rolldown } from "tsdown";

const WEB = path.join(import.meta.dirname, "../src/web");

/** Replaces the chunk by `web/page.html`, with the chunk and `page.css` in it. */
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
      .replace("<script></script>", () => `<script>${script}</script>`);
    delete bundle[chunk.fileName];
    this.emitFile({ type: "asset", fileName: "web/page.html", source });
  },
};
