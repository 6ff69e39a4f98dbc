// Surroundings for tests: an environment of their own, a directory of their own, this process's user.
import { chmodSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Environment, Surroundings } from "../../src/config/environment.ts";
import type { ResolvedConfig } from "../../src/config/resolve-config.ts";
import { resolveConfigIn } from "../../src/config/resolve-config.ts";

/** A new empty directory, its real path. */
export function temporaryDirectory(): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), "phoenix-otel-config-")));
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
