// The package managers that people have, installed once from test/projects/package-managers, and new projects for them.
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Child, checkout, type Ending } from "./child.ts";
import { INSTALL_MILLIS, packedPackage, Project } from "./project.ts";

/** The file that each command is, in the folder of the tools. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  npm10: { npm: "npm10/bin/npm-cli.js" },
  npm12: { npm: "npm12/bin/npm-cli.js" },
  pnpm10: { pnpm: "pnpm10/bin/pnpm.cjs" },
  pnpm11: { pnpm: "pnpm11/bin/pnpm.mjs" },
  pnpm12: { pnpm: "pnpm12/bin/pnpm.mjs" },
  "yarn4, node-modules": { yarn: "yarn4/bin/yarn.js" },
  "yarn4, Plug'n'Play": { yarn: "yarn4/bin/yarn.js" },
  bun: { bun: "bun/bin/bun.exe" },
};

const source = path.join(checkout, "test/projects");

const NEW_PROJECT = JSON.stringify({
  name: "new",
  private: true,
  type: "module",
  scripts: { start: "node server.mjs" },
});

/** The tools, installed. */
export class PackageManagers {
  readonly #folder: string;
  readonly names: readonly string[] = Object.keys(COMMANDS);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A new project for a package manager: the files of `test/projects/<name>`, or an empty one. Nothing is installed yet. */
  async project(manager: string, name?: string): Promise<ManagedProject> {
    const folder = await mkdtemp(path.join(tmpdir(), "managed-"));
    if (name !== undefined) await cp(path.join(source, name), folder, { recursive: true });
    else await writeFile(path.join(folder, "package.json"), NEW_PROJECT);
    for (const program of [
      "package-managers/alone.mjs",
      "package-managers/beside.mjs",
      "supervisors/server.mjs",
    ]) {
      await cp(path.join(source, program), path.join(folder, path.basename(program)));
    }
    if (manager.startsWith("yarn4")) {
      const nodeLinker = manager.includes("Plug") ? "pnp" : "node-modules";
      await writeFile(
        path.join(folder, ".yarnrc.yml"),
        `nodeLinker: ${nodeLinker}\nenableTelemetry: false\n`,
      );
      // Without a lock file of its own Yarn looks for a project further up.
      await writeFile(path.join(folder, "yarn.lock"), "");
    }
    return new ManagedProject(folder, manager, path.join(this.#folder, "bin"), await this.#commands(manager));
  }

  /** The commands of a manager as files: scripts by their extension, others as they are. */
  async #commands(manager: string): Promise<Record<string, string>> {
    const modules = path.join(this.#folder, "node_modules");
    const bin = path.join(this.#folder, "bin");
    await mkdir(bin, { recursive: true });
    await symlink(path.join(modules, "node/bin/node"), path.join(bin, "node")).catch(() => undefined);
    const commands = Object.entries(COMMANDS[manager] ?? {});
    return Object.fromEntries(commands.map(([command, file]) => [command, path.join(modules, file)]));
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A project and the one package manager that it is used with, on the Node of the tools. */
export class ManagedProject extends Project {
  readonly #manager: string;
  readonly #commands: Readonly<Record<string, string>>;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(folder: string, manager: string, bin: string, commands: Readonly<Record<string, string>>) {
    super(folder);
    this.#manager = manager;
    this.#commands = commands;
    this.#environment = {
      PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    };
  }

  /** What users type: `npm`, `yarn`. */
  get command(): string {
    return Object.keys(this.#commands)[0] ?? "";
  }

  /** Starts a line as a user types it, in a group of its own; `phoenix-otel` is the packed package. */
  async startLine(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Child> {
    const packed = `phoenix-otel@file:${await packedPackage()}`;
    const [command = "", ...words] = line.split(" ");
    const args = words.map((word) => (word === "phoenix-otel" ? packed : word));
    const file = this.#commands[command] ?? command;
    const isScript = /\.[cm]?js$/.test(file);
    return this.start(
      isScript ? "node" : file,
      isScript ? [file, ...args] : args,
      { ...this.#environment, ...environment },
      { hasOwnGroup: true, timeoutMillis: INSTALL_MILLIS },
    );
  }

  /** Runs a line to its end. */
  async line(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Ending> {
    const child = await this.startLine(line, environment);
    return await child.ended;
  }

  /** Runs a program of the project as users of this package manager do. */
  async program(file: string, environment: Readonly<Record<string, string>>): Promise<Ending> {
    return await this.line(`${this.#manager.includes("Plug") ? "yarn node" : "node"} ${file}`, environment);
  }

  /** Installs what the package.json names. */
  async install(): Promise<Ending> {
    return await this.line(`${this.command} install`);
  }

  /** Adds what `test/projects/<name>/package.json` names. */
  async addAllOf(name: string): Promise<Ending> {
    const manifest: unknown = JSON.parse(await readFile(path.join(source, name, "package.json"), "utf8"));
    const { dependencies } = manifest as { dependencies: Record<string, string> };
    const packages = Object.entries(dependencies).map((entry) => entry.join("@"));
    return await this.line([this.command, this.command === "npm" ? "install" : "add", ...packages].join(" "));
  }
}

/** Installs the tools. */
export async function installPackageManagers(): Promise<PackageManagers> {
  const folder = await mkdtemp(path.join(tmpdir(), "package-managers-"));
  await cp(path.join(source, "package-managers/package.json"), path.join(folder, "package.json"));
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, stderr } = await new Project(folder).run("npm", args, {}, { timeoutMillis: INSTALL_MILLIS });
  if (code !== 0) throw new Error(`npm could not install test/projects/package-managers:\n${stderr}`);
  return new PackageManagers(folder);
}
