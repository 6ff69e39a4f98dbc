// A child process with what it says and how it ends. None outlives the patience of a test.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PATIENCE_MILLIS, TEST_PATIENCE_MILLIS } from "./patience.ts";

/** The checkout, in which programs run. */
export const checkout: string = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** How a child process ended, and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a {@link Child} starts with. */
export interface ChildOptions {
  /** All that it gets. */
  readonly environment: NodeJS.ProcessEnv;
  /** `"ignore"` by default; a pipe ends when the test does. */
  readonly stdin?: "pipe" | "ignore";
  /** Where it runs; the checkout by default. */
  readonly cwd?: string;
  /** Whether it and its children are a group of their own, which a terminal's signal goes to. */
  readonly hasOwnGroup?: boolean;
  /** When it is killed; that of a test by default. */
  readonly timeoutMillis?: number;
}

/** A started command. */
export class Child {
  readonly process: ChildProcess;
  /** Resolves when it ended and everything it said was read; rejects when it could not be started. */
  readonly ended: Promise<Ending>;
  stdout = "";
  stderr = "";
  readonly #changed = new Set<() => void>();

  constructor(
    command: string,
    args: readonly string[],
    {
      environment,
      stdin = "ignore",
      cwd = checkout,
      hasOwnGroup = false,
      timeoutMillis = TEST_PATIENCE_MILLIS,
    }: ChildOptions,
  ) {
    const child = spawn(command, args, {
      cwd,
      env: environment,
      stdio: [stdin, "pipe", "pipe"],
      detached: hasOwnGroup,
      timeout: timeoutMillis,
      killSignal: "SIGKILL",
    });
    this.process = child;
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream]?.setEncoding("utf8").on("data", (text: string) => {
        this[stream] += text;
        for (const check of this.#changed) check();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  /** Resolves once the output matches; rejects with all of it when the process ended or nothing matched for long. */
  until(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        reject(new Error(`no ${String(pattern)} in ${stream}\n${this.stdout}\n---\n${this.stderr}`));
      const timer = setTimeout(fail, PATIENCE_MILLIS);
      const check = (): void => {
        const match = pattern.exec(this[stream]);
        if (match === null) return;
        clearTimeout(timer);
        this.#changed.delete(check);
        resolve(match);
      };
      this.#changed.add(check);
      void this.ended.then(fail, fail);
      check();
    });
  }
}
