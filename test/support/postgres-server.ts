// A PostgreSQL server for a test, empty and gone afterwards: the system's own, or the one in a wheel of PyPI.
import { execFile, spawn } from "node:child_process";
import { access, chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./own-ports.ts";
import { installPythonProgram, POSTGRES } from "./phoenix-install.ts";

const run = promisify(execFile);

const STARTED_WITHIN_MILLIS = 60_000;
/** Where Debian keeps the programs, in a folder for each version. */
const DEBIAN = "/usr/lib/postgresql";
/** PostgreSQL refuses to run as root: there it is nobody's. */
const NOBODY = { uid: 65_534, gid: 65_534 };

export interface PostgresServer {
  /** As Phoenix takes it in `PHOENIX_SQL_DATABASE_URL`. */
  readonly url: string;
  /** Stops the server and removes its data. */
  remove(): Promise<void>;
}

/**
 * Starts a server and waits until it answers.
 *
 * @throws Error that says on one line what stands against it.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = await postgresPrograms();
  const folder = await mkdtemp(path.join(tmpdir(), "postgres-server-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(folder, NOBODY.uid, NOBODY.gid);
  const data = path.join(folder, "data");
  const asUser = { ...(isRoot && NOBODY), cwd: folder };
  try {
    const init = ["-D", data, "-U", "phoenix", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    await run(path.join(programs, "initdb"), init, asUser);
    const [port = 0] = await freePorts(1);
    const settings = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", "", "-c", "fsync=off"];
    const child = spawn(path.join(programs, "postgres"), settings, {
      ...asUser,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    await new Promise<void>((resolve, reject) => {
      let said = "";
      const impatience = setTimeout(() => reject(new Error(said)), STARTED_WITHIN_MILLIS);
      child.stderr.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-2000);
        if (!said.includes("ready to accept connections")) return;
        clearTimeout(impatience);
        resolve();
      });
      void gone.then(() => reject(new Error(said)));
    });
    return {
      url: `postgresql://phoenix@127.0.0.1:${port}/postgres`,
      remove: async () => {
        process.off("exit", kill);
        child.kill("SIGINT");
        await gone;
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const lines = (error instanceof Error ? error.message : String(error)).trim().split("\n");
    const reason = lines.find((line) => /error|fatal|cannot|denied/i.test(line)) ?? lines.at(-1);
    throw new Error(`PostgreSQL does not start: ${reason}`, { cause: error });
  }
}

/** The folder of `initdb` and `postgres`: of the newest that the system has, else of the wheel. */
async function postgresPrograms(): Promise<string> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => path.join(DEBIAN, version, "bin"));
  for (const folder of [...folders, ...(process.env["PATH"] ?? "").split(path.delimiter)]) {
    const isThere = await Promise.all(
      ["initdb", "postgres"].map((name) =>
        access(path.join(folder, name)).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (!isThere.includes(false)) return folder;
  }
  const venv = await installPythonProgram(POSTGRES);
  const [library = ""] = await readdir(path.join(venv, "lib"));
  return path.join(venv, "lib", library, "site-packages", "pgserver", "pginstall", "bin");
}
