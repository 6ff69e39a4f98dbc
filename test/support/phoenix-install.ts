// The Python programs that the tests against a real server run: Phoenix, and an OTLP collector.
// Each lives in a virtual environment of its own under `.phoenix/`, made once per checkout.
import { spawn } from "node:child_process";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A package of PyPI, installed into a folder named like it. */
export interface PythonProgram {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** What it needs beside what it asks for itself. */
  readonly beside?: { readonly name: string; readonly version: string };
}

export const PHOENIX: PythonProgram = {
  folder: "venv",
  name: "arize-phoenix",
  version: "20.26.1",
  // It speaks to PostgreSQL by it.
  beside: { name: "asyncpg", version: "0.32.0" },
};
export const ROTEL: PythonProgram = { folder: "rotel", name: "rotel", version: "0.0.1a15" };
/** A PostgreSQL server, for machines that have none. */
export const POSTGRES: PythonProgram = { folder: "postgres", name: "pgserver", version: "0.1.4" };

export interface InstallOptions {
  /** Where the environments live; `.phoenix` of the checkout by default. */
  readonly home?: string;
  /** The Python that makes them; `python3` by default. */
  readonly python?: string;
  /** Told before an installation starts, since it takes a while. */
  readonly onInstall?: (program: PythonProgram, place: string) => void;
}

const checkout = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/**
 * Gives the folder of a virtual environment that holds `program`, and makes it when it is not there or
 * holds another version. It is built beside its place and renamed into it, so what an interrupted run
 * leaves behind is never taken for a finished one.
 *
 * @throws Error that names what is missing (python3, its venv module, pip's package) on one line.
 */
export async function installPythonProgram(
  program: PythonProgram,
  options: InstallOptions = {},
): Promise<string> {
  const { home = path.join(checkout, ".phoenix"), python = "python3" } = options;
  const place = path.join(home, program.folder);
  await mkdir(home, { recursive: true });
  await removeLeftovers(home, program);
  if (await holds(place, program)) return place;

  options.onInstall?.(program, place);
  const building = path.join(home, `${program.folder}.building-${process.pid}`);
  try {
    await run(python, ["-m", "venv", building], {
      missing: `${python} is not on the PATH`,
      failed: `"${python} -m venv" failed: is its venv module there? (Debian: python3-venv)`,
    });
    await run(path.join(building, "bin", "python"), pipInstall(program), {
      missing: "the virtual environment has no python",
      failed: `pip could not install ${program.name} ${program.version}`,
    });
    await rm(place, { recursive: true, force: true });
    await rename(building, place).catch(async (error: unknown) => {
      if (!(await holds(place, program))) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return place;
}

const packagesOf = ({ beside, ...program }: PythonProgram): NonNullable<PythonProgram["beside"]>[] => [
  program,
  ...(beside ? [beside] : []),
];

const pipInstall = (program: PythonProgram): string[] => [
  "-m",
  "pip",
  "install",
  "--quiet",
  "--disable-pip-version-check",
  ...packagesOf(program).map(({ name, version }) => `${name}==${version}`),
];

async function holds(place: string, program: PythonProgram): Promise<boolean> {
  const [library = ""] = await readdir(path.join(place, "lib")).catch(() => []);
  const there = await Promise.all(
    packagesOf(program).map(({ name, version }) => {
      const installed = `${name.replaceAll("-", "_")}-${version}.dist-info`;
      return stat(path.join(place, "lib", library, "site-packages", installed)).then(
        () => true,
        () => false,
      );
    }),
  );
  return !there.includes(false);
}

/** Removes what a run that was killed left half built; a run that is still alive keeps its folder. */
async function removeLeftovers(home: string, { folder }: PythonProgram): Promise<void> {
  for (const entry of await readdir(home)) {
    const [, builder] = entry.startsWith(`${folder}.`) ? entry.split(".building-") : [];
    if (builder !== undefined && !isAlive(Number(builder))) {
      await rm(path.join(home, entry), { recursive: true, force: true });
    }
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function run(
  command: string,
  args: string[],
  explain: { missing: string; failed: string },
): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const listen = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const status = await new Promise<number | "missing" | null>((resolve) => {
    child.on("error", () => resolve("missing"));
    child.on("close", resolve);
  });
  if (status === 0) return;
  const reason = status === "missing" ? explain.missing : explain.failed;
  const details = ["", ...said.trim().split("\n").slice(-3)].join(" ").trimEnd();
  throw new Error(
    `The tests against Phoenix need Python 3.10 or newer with venv and pip: ${reason}.${details}`,
  );
}
