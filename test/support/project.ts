// A project of a user: a folder of test/projects, copied away, with the packed package and what its package.json names.
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Child, type ChildOptions, checkout, type Ending } from "./child.ts";

const run = promisify(execFile);

const projects = path.join(checkout, "test/projects");

/** What commands of a project get: nothing of whoever runs the tests but where programs and the registry are. */
const INHERITED =
  /^(PATH|HOME|TMPDIR|npm_config_.*|NPM_CONFIG_.*|YARN_.*|.*_proxy|.*_PROXY|NODE_EXTRA_CA_CERTS)$/;

/** After this an installation is killed. */
export const INSTALL_MILLIS = 300_000;

let packing: Promise<string> | undefined;

/** The package as npm would publish it; packed once for a file of tests. */
export function packedPackage(): Promise<string> {
  packing ??= pack();
  return packing;
}

async function pack(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "packed-"));
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: checkout });
  return path.join(folder, stdout.trim());
}

/** A project that is installed, in a folder of its own. */
export class Project {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts a command in the project; `environment` is added to a bare one. */
  start(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    options: Pick<ChildOptions, "hasOwnGroup" | "timeoutMillis"> = {},
  ): Child {
    return new Child(command, args, {
      ...options,
      environment: { ...bareEnvironment(), ...environment },
      cwd: this.folder,
    });
  }

  /** Runs a command in the project to its end. */
  async run(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    options: Pick<ChildOptions, "timeoutMillis"> = {},
  ): Promise<Ending> {
    return await this.start(command, args, environment, options).ended;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Copies `test/projects/<name>` away and installs there what its package.json names, and the packed package. */
export async function installProject(name: string): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
  await cp(path.join(projects, name), folder, { recursive: true });
  const project = new Project(folder);
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", await packedPackage()];
  const { code, stderr } = await project.run("npm", args, {}, { timeoutMillis: INSTALL_MILLIS });
  if (code !== 0) throw new Error(`npm could not install test/projects/${name}:\n${stderr}`);
  return project;
}

const bareEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name))),
  CI: "true",
  PHOENIX_DISCOVER_CONFIG: "false",
});
