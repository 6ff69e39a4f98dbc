// `phoenix-otel send` as a command: a folder in, what was sent and what was not out, and an exit code.
import { statSync } from "node:fs";
import path from "node:path";
import { currentSurroundings } from "../config/environment.ts";
import { resolveConfig } from "../config/resolve-config.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import { defaultSpoolFolder } from "../config/spool-settings.ts";
import { spans } from "../delivery/amounts.ts";
import { oneLine } from "../delivery/one-line.ts";
import { errorText, sayAll } from "../diagnostics.ts";
import { createConnection } from "../exporters/connection.ts";
import { SpoolFolder } from "../spool/spool-folder.ts";
import { parseSendArguments, SEND_HELP } from "./send-options.ts";
import { SpoolSending } from "./spool-sending.ts";

/** Runs the command; gives the exit code. */
export async function runSend(words: readonly string[]): Promise<number> {
  const options = parseSendArguments(words);
  if (typeof options === "string") return fail(options);
  if (options.help) {
    process.stdout.write(SEND_HELP);
    return 0;
  }
  const dir = options.dir ?? defaultSpoolFolder(currentSurroundings().environment);
  const problem = problemOf(dir);
  if (problem !== undefined) return fail(problem);
  const config = resolveConfig();
  sayAll(config.problems);
  return send(new SpoolFolder(path.resolve(dir)), config);
}

async function send(folder: SpoolFolder, config: ResolvedConfig): Promise<number> {
  const sending = new SpoolSending(folder, createConnection(config));
  let failure: string | undefined;
  try {
    await sending.run();
  } catch (error) {
    failure = `The folder ${oneLine(folder.dir)} cannot be used: ${oneLine(errorText(error))}.`;
  }
  const { sent, dropped, setAside, others, left } = sending;
  process.stdout.write(`${spans(sent)} sent\n`);
  for (const [addresses, files] of others) {
    console.error(
      `phoenix-otel send: ${files.join(", ")} ${files.length === 1 ? "is" : "are"} for ${addresses}, not for ${config.target.value.url} (${config.target.source}). Set PHOENIX_COLLECTOR_ENDPOINT to send ${files.length === 1 ? "it" : "them"}.`,
    );
  }
  const why = failure ?? left;
  if (why !== undefined) return fail(why);
  return dropped === 0 && setAside === 0 ? 0 : 1;
}

/** Why a folder cannot be one of a spool. */
function problemOf(dir: string): string | undefined {
  try {
    return statSync(dir).isDirectory() ? undefined : `${oneLine(dir)} is no folder.`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "There is no folder" : `${code ?? "An error"} at`;
    return `${why} ${oneLine(dir)}.`;
  }
}

function fail(line: string): number {
  console.error(`phoenix-otel send: ${line}`);
  return 1;
}
