// Projects as package managers lay them out, for programs that run the built package.
import { cp, link, lstat, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../support/child.ts";

/** A folder with a program in it. */
export class Project {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes a project that has phoenix-otel, OpenTelemetry and `packages`, each as the package manager puts it there. */
  static async create(packages: Readonly<Record<string, "link" | "pnpm">> = {}): Promise<Project> {
    const project = new Project(await realpath(await mkdtemp(path.join(tmpdir(), "project-"))));
    await project.write("package.json", {
      name: "app",
      dependencies: Object.fromEntries(Object.keys(packages).map((name) => [name, "*"])),
    });
    await project.link("phoenix-otel", checkout);
    await project.link("@opentelemetry", path.join(checkout, "node_modules/@opentelemetry"));
    for (const [name, how] of Object.entries(packages)) {
      const installed = path.join(checkout, "node_modules", name);
      if (how === "link") await project.link(name, installed);
      else await project.linkFromStore(name, installed);
    }
    return project;
  }

  /** Puts a package into `node_modules` of the project, or of a folder in it. */
  async link(name: string, target: string, folder = "."): Promise<void> {
    const place = path.join(this.folder, folder, "node_modules", name);
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(target, place);
  }

  /** As pnpm does: the files under `node_modules/.pnpm`, and a link to them. */
  async linkFromStore(name: string, installed: string, folder = "."): Promise<void> {
    const store = path.join(
      this.folder,
      "node_modules/.pnpm",
      `${name.replace("/", "+")}@1.0.0`,
      "node_modules",
      name,
    );
    await copy(installed, store);
    await this.link(name, store, folder);
  }

  /** Writes a file: text, or an object as JSON. */
  async write(file: string, content: string | object): Promise<string> {
    const place = path.join(this.folder, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, typeof content === "string" ? content : JSON.stringify(content));
    return place;
  }

  async copyProgram(file: string, folder = "."): Promise<string> {
    const place = path.join(this.folder, folder, path.basename(file));
    await mkdir(path.dirname(place), { recursive: true });
    await cp(file, place);
    return place;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Copies a folder by hard links, which are files of the copy to everybody who looks. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const [source, target] = [path.join(from, name), path.join(to, name)];
    if ((await lstat(source)).isDirectory()) await copy(source, target);
    else await link(source, target).catch(() => cp(source, target));
  }
}
