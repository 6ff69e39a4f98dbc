import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installPythonProgram } from "./phoenix-install.ts";

const PROGRAM = { folder: "venv", name: "some-program", version: "1.2.3" };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "phoenix-install-"));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

/** A stand-in for python3 that makes what `venv` and `pip install` would make, or fails where told. */
async function pythonThat(pipDoes: string): Promise<string> {
  const python = path.join(home, "python3");
  const script = `#!/bin/sh
case "$2" in
  venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  pip) ${pipDoes} ;;
esac
`;
  await writeFile(python, script);
  await chmod(python, 0o755);
  return python;
}

const SITE = '"$(dirname "$0")/../lib/python3.12/site-packages';
const INSTALLS = `mkdir -p ${SITE}/some_program-1.2.3.dist-info"`;

test("installs into a folder of its own and uses that from then on", async () => {
  const python = await pythonThat(INSTALLS);
  const place = await installPythonProgram(PROGRAM, { home, python });
  expect(await readdir(place)).toContain("lib");
  await expect(installPythonProgram(PROGRAM, { home, python: "no-such-python" })).resolves.toBe(place);
});

test("says on one line that python is missing", async () => {
  const failure = installPythonProgram(PROGRAM, { home, python: "no-such-python" });
  await expect(failure).rejects.toThrow(/need Python 3\.10 .*no-such-python is not on the PATH/);
});

test("says what pip could not install, and why", async () => {
  const python = await pythonThat("echo 'No matching distribution' >&2; exit 1");
  const failure = installPythonProgram(PROGRAM, { home, python });
  await expect(failure).rejects.toThrow(/could not install some-program 1\.2\.3\. No matching distribution/);
  expect(await readdir(home)).toEqual(["python3"]);
});

test("replaces another version", async () => {
  const old = path.join(home, "venv", "lib", "python3.12", "site-packages", "some_program-1.0.0.dist-info");
  await mkdir(old, { recursive: true });
  await installPythonProgram(PROGRAM, { home, python: await pythonThat(INSTALLS) });
  expect(await readdir(path.dirname(old))).toEqual(["some_program-1.2.3.dist-info"]);
});

test("never takes for finished what an interrupted run left, and removes it", async () => {
  const dead = 2 ** 22 + 1; // above the highest process id there can be
  await mkdir(path.join(home, `venv.building-${dead}`, "lib"), { recursive: true });
  await installPythonProgram(PROGRAM, { home, python: await pythonThat(INSTALLS) });
  expect((await readdir(home)).toSorted()).toEqual(["python3", "venv"]);
});
