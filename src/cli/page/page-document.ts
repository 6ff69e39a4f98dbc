// The document of the page, and the policy under which a browser runs it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The page as it is served. */
export interface PageDocument {
  readonly html: string;
  /** The Content-Security-Policy: this document's own script and style, and nothing from elsewhere. */
  readonly policy: string;
}

/** Reads the document that the build wrote into the package. */
export function readPageDocument(): PageDocument {
  // By the package's name: where in dist/ this code lands is the bundler's choice.
  const manifest = createRequire(import.meta.url).resolve("phoenix-otel/package.json");
  const html = readFileSync(path.join(path.dirname(manifest), "dist/web/page.html"), "utf8");
  const policy = [
    "default-src 'none'",
    `script-src ${hashesOf(html, /<script>([^]*?)<\/script>/g)}`,
    `style-src ${hashesOf(html, /<style>([^]*?)<\/style>/g)}`,
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { html, policy };
}

function hashesOf(html: string, element: RegExp): string {
  const texts = [...html.matchAll(element)].map(([, text]) => text ?? "");
  return texts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`).join(" ");
}
