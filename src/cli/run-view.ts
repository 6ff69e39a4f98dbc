// `phoenix-otel view` as a command: options in, exit code out.
import { fstatSync } from "node:fs";
import { currentSurroundings } from "../config/environment.ts";
import { openBrowser } from "./page/open-browser.ts";
import type { PortProblem } from "../collector/receive/receiver.ts";
import { resolveColours, resolveWidth } from "./terminal.ts";
import { DEFAULT_GRPC_PORT, DEFAULT_HTTP_PORT, startView, type View } from "./view.ts";
import { parseViewArguments, VIEW_HELP, type ViewArguments } from "./view-options.ts";

/** Output that nobody reads may grow to this before senders are told to come back later. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Runs the command until it is told to end; gives the exit code. */
export async function runView(words: readonly string[]): Promise<number> {
  const options = parseViewArguments(words);
  if (typeof options === "string") return fail(`phoenix-otel view: ${options}`);
  if (options.help) {
    process.stdout.write(VIEW_HELP);
    return 0;
  }
  const { environment } = currentSurroundings();
  const ending = new EndOfView();
  const view = await startView({
    httpPort: options.httpPort,
    grpcPort: options.grpcPort,
    json: options.json,
    web: options.web,
    colours: resolveColours(process.stdout, environment),
    width: () => resolveWidth(process.stdout, environment),
    write: (text) => {
      if (!(options.once && ending.isOver)) process.stdout.write(text);
    },
    isFull: () => process.stdout.writableLength > MAX_UNREAD_BYTES,
    onTrace: () => {
      if (options.once) ending.end();
    },
  });
  if (!("stop" in view)) return fail(...view.map(explainPort));
  ending.listen();
  console.error(greet(view, options));
  if (options.open) {
    openBrowser(view.httpUrl, (reason) => {
      console.error(`phoenix-otel view: The browser was not opened: ${reason}. Open ${view.httpUrl} in one.`);
    });
  }
  await ending.ended;
  await view.stop();
  process.stdin.destroy();
  await new Promise((resolve) => process.stdout.write("", resolve));
  return 0;
}

/** Ctrl-C, a polite kill, the end of a piped stdin (the parent is gone), or output that nobody reads. */
class EndOfView {
  readonly ended: Promise<void>;
  isOver = false;
  #resolve: () => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  end(): void {
    this.isOver = true;
    this.#resolve();
  }

  listen(): void {
    const end = (): void => this.end();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
    process.stdout.on("error", end);
    if (!isPipe(0)) return;
    process.stdin.once("end", end).once("error", end).resume();
  }
}

/** Terminals and /dev/null do not end the view; only a pipe says something by closing. */
function isPipe(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

function greet(view: View, options: ViewArguments): string {
  const lines = [`phoenix-otel view is listening on ${view.httpUrl} (HTTP) and ${view.grpcUrl} (gRPC)`];
  if (options.web) lines.push(`See the traces in a browser: ${view.httpUrl}`);
  if (options.httpPort !== DEFAULT_HTTP_PORT || options.grpcPort !== DEFAULT_GRPC_PORT) {
    const grpcPort = new URL(view.grpcUrl).port;
    lines.push(`Send to it with PHOENIX_COLLECTOR_ENDPOINT=${view.httpUrl} PHOENIX_GRPC_PORT=${grpcPort}`);
  }
  return lines.join("\n");
}

function explainPort({ protocol, port, code }: PortProblem): string {
  const flag = protocol === "HTTP" ? "--http-port" : "--grpc-port";
  const what =
    code === "EADDRINUSE"
      ? `Port ${port} (${protocol}) is taken, perhaps by Phoenix or another view.`
      : `Port ${port} (${protocol}) cannot be opened: ${code}.`;
  return `phoenix-otel view: ${what} Choose another with ${flag}.`;
}

function fail(...lines: string[]): number {
  for (const line of lines) console.error(line);
  return 1;
}
