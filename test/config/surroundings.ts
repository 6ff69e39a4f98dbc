// Surroundings for tests: an environment of their own, a directory of their own, this process's user.
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import type { Environment, Surroundings } from "../../src/config/environment.ts";
import type { ResolvedConfig } from "../../src/config/resolved-config.ts";
import { resolveConfigIn } from "../../src/config/resolve-config.ts";

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A new empty directory, its real path. Removed after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "phoenix-otel-config-")));
  directories.push(directory);
  return directory;
}

/** Surroundings with nothing but what is given; without a directory no file is searched for. */
export function surroundings(environment: Environment = {}, workingDirectory?: string): Surroundings {
  return { environment, workingDirectory, userId: process.geteuid?.() };
}

/** Writes a `.env.phoenix` that passes every check, and gives its path. */
export function writeEnvFile(directory: string, text: string): string {
  const file = path.join(directory, ".env.phoenix");
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

/** What `register(options)` would resolve. Options are loose, so that tests can pass wrong ones. */
export function resolve(
  options: Readonly<Record<string, unknown>> = {},
  environment: Environment = {},
  workingDirectory?: string,
): ResolvedConfig {
  return resolveConfigIn(options, surroundings(environment, workingDirectory), "register");
}

/** The codes of what was said. */
export function codes(config: ResolvedConfig): string[] {
  return config.problems.map(({ code }) => code);
}

/** The error a call throws. */
export function thrownBy(call: () => unknown): Error & { code?: string } {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}
