// The built package in a folder of its own, where a test may change it or take it away.
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../support/run-program.ts";

/** A folder with copies of the build, beside which its packages are found. */
export class CopiedBuilds {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<CopiedBuilds> {
    const folder = await mkdtemp(path.join(tmpdir(), "copied-build-"));
    await symlink(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
    return new CopiedBuilds(folder);
  }

  /** Copies the build as `name`, with its text changed; gives the file to require. */
  async copy(name: string, change: (text: string) => string = (text) => text): Promise<string> {
    const copy = path.join(this.folder, name);
    await cp(path.join(checkout, "dist"), copy, { recursive: true });
    for (const file of await readdir(copy)) {
      if (!/\.[cm]js$/.test(file)) continue;
      const text = await readFile(path.join(copy, file), "utf8");
      const changed = change(text);
      if (changed !== text) await writeFile(path.join(copy, file), changed);
    }
    return path.join(copy, "index.cjs");
  }

  /** Writes a program; gives its file. */
  async program(name: string, text: string): Promise<string> {
    const file = path.join(this.folder, name);
    await writeFile(file, text);
    return file;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
