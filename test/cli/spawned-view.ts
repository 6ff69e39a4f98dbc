// The built command as a child process, as a user or the demo runs it.
import path from "node:path";
import { onTestFinished } from "vitest";
import { Child, checkout } from "../support/child.ts";

/** The bin that npm would link. */
export const BIN: string = path.join(checkout, "dist/cli/phoenix-otel.mjs");

/** A started command; it ends with the test at the latest. */
export class SpawnedView extends Child {
  constructor(command: string, args: readonly string[], environment: Record<string, string>) {
    const { NO_COLOR: _no, FORCE_COLOR: _force, COLUMNS: _columns, ...inherited } = process.env;
    super(command, args, { environment: { ...inherited, ...environment }, stdin: "pipe" });
    onTestFinished(async () => {
      this.process.kill("SIGKILL");
      await this.ended;
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
