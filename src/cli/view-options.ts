// The command line of `phoenix-otel view`.
import { parseArgs } from "node:util";
import { DEFAULT_GRPC_PORT, DEFAULT_HTTP_PORT } from "./view.ts";

/** What the command line asks for. */
export interface ViewArguments {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly json: boolean;
  readonly once: boolean;
  /** Whether to serve the page. */
  readonly web: boolean;
  /** Whether to open the page in the system's browser. */
  readonly open: boolean;
  readonly help: boolean;
}

/** The text of `phoenix-otel view --help`. */
export const VIEW_HELP: string = `Usage: phoenix-otel view [options]

Receives OpenTelemetry traces where Phoenix would, prints each finished one as a tree and shows them all on a page
for the browser at its HTTP port.

Options:
  --http-port <port>  port for OTLP over HTTP (default ${DEFAULT_HTTP_PORT}; 0 takes a free one)
  --grpc-port <port>  port for OTLP over gRPC (default ${DEFAULT_GRPC_PORT}; 0 takes a free one)
  --json              print one line of JSON for each trace
  --once              end after the first trace
  --open              open the page in the system's browser
  --no-web            serve no page
  -h, --help          print this

Stop it with Ctrl-C: traces that are not finished are printed as they are.
NO_COLOR turns colours off, FORCE_COLOR turns them on where the output is no terminal.
`;

/** Reads the arguments, or says in a sentence what is wrong with them. */
export function parseViewArguments(words: readonly string[]): ViewArguments | string {
  const parsed = parseWords(words);
  if (typeof parsed === "string") return parsed;
  const httpPort = parsePort("--http-port", parsed["http-port"], DEFAULT_HTTP_PORT);
  const grpcPort = parsePort("--grpc-port", parsed["grpc-port"], DEFAULT_GRPC_PORT);
  if (typeof httpPort === "string") return httpPort;
  if (typeof grpcPort === "string") return grpcPort;
  if (httpPort === grpcPort && httpPort !== 0) {
    return `--http-port and --grpc-port are both ${httpPort}. Give each its own.`;
  }
  if (parsed.open === true && parsed["no-web"] === true) {
    return "--open and --no-web are both there. Leave one out.";
  }
  return {
    httpPort,
    grpcPort,
    json: parsed.json === true,
    once: parsed.once === true,
    web: parsed["no-web"] !== true,
    open: parsed.open === true,
    help: parsed.help === true,
  };
}

interface Words {
  readonly "http-port"?: string;
  readonly "grpc-port"?: string;
  readonly json?: boolean;
  readonly once?: boolean;
  readonly "no-web"?: boolean;
  readonly open?: boolean;
  readonly help?: boolean;
}

function parseWords(words: readonly string[]): Words | string {
  try {
    return parseArgs({
      args: [...words],
      strict: true,
      options: {
        "http-port": { type: "string" },
        "grpc-port": { type: "string" },
        json: { type: "boolean" },
        once: { type: "boolean" },
        "no-web": { type: "boolean" },
        open: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  }
}

function parsePort(flag: string, text: string | undefined, port: number): number | string {
  if (text === undefined) return port;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number <= 65_535 ? number : `${flag} is "${text}". A port is a number from 0 to 65535.`;
}
