// The built command as a child process, as a user or the demo runs it.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { onTestFinished } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** The bin that npm would link. */
export const BIN: string = path.join(ROOT, "dist/cli/phoenix-otel.mjs");

/** How a child process ended, and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started command. */
export class SpawnedView {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  stdout = "";
  stderr = "";
  readonly #changed = new Set<() => void>();

  constructor(command: string, args: readonly string[], environment: Record<string, string>) {
    const { NO_COLOR: _no, FORCE_COLOR: _force, COLUMNS: _columns, ...inherited } = process.env;
    this.child = spawn(command, args, { cwd: ROOT, env: { ...inherited, ...environment } });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      for (const check of this.#changed) check();
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      for (const check of this.#changed) check();
    });
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
    onTestFinished(async () => {
      this.child.kill("SIGKILL");
      await this.ended;
    });
  }

  /** Resolves once the output matches; rejects with all of it when the process ended or 20 s passed. */
  until(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        reject(new Error(`no ${String(pattern)} in ${stream}\n${this.stdout}\n---\n${this.stderr}`));
      const timer = setTimeout(fail, 20_000);
      const check = (): void => {
        const match = pattern.exec(this[stream]);
        if (match === null) return;
        clearTimeout(timer);
        this.#changed.delete(check);
        resolve(match);
      };
      this.#changed.add(check);
      void this.ended.then(fail);
      check();
    });
  }

  /** The URLs of the line that says it is ready. */
  async urls(): Promise<{ http: string; grpc: string }> {
    const [, http, grpc] = await this.until("stderr", /listening on (\S+) \(HTTP\) and (\S+) \(gRPC\)/);
    return { http: http ?? "", grpc: grpc ?? "" };
  }
}

/** Starts `phoenix-otel` with these words. */
export function spawnView(words: readonly string[], environment: Record<string, string> = {}): SpawnedView {
  return new SpawnedView(process.execPath, [BIN, ...words], environment);
}

/** The same, on a pseudo-terminal of `columns`; its stderr comes out of stdout then. */
export function spawnOnTerminal(
  words: readonly string[],
  columns: number,
  environment: Record<string, string> = {},
): SpawnedView {
  const command = [process.execPath, BIN, ...words].map((word) => `'${word}'`).join(" ");
  const inTerminal = `stty cols ${columns} rows 50; exec ${command}`;
  return new SpawnedView("script", ["-qefc", inTerminal, "/dev/null"], {
    TERM: "xterm-256color",
    ...environment,
  });
}
