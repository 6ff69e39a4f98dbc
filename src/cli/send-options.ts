// The command line of `phoenix-otel send`.
import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface SendArguments {
  /** The folder; the usual one where none is named. */
  readonly dir: string | undefined;
  readonly help: boolean;
}

/** The text of `phoenix-otel send --help`. */
export const SEND_HELP = `Usage: phoenix-otel send [folder]

Sends what processes with the option spool left in the folder ($XDG_STATE_HOME/phoenix-otel/spool, else
~/.local/state/phoenix-otel/spool) and what is meant for the destination that the environment names, as register()
reads it: PHOENIX_COLLECTOR_ENDPOINT, PHOENIX_API_KEY and the others, .env.phoenix included.

Options:
  -h, --help  print this

Prints how many spans were sent. Ends with 1 when something for this destination stays behind or was set aside.
`;

/** Reads the arguments, or says in a sentence what is wrong with them. */
export function parseSendArguments(words: readonly string[]): SendArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      strict: true,
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" } },
    });
    const [dir, another] = positionals;
    if (another !== undefined) return `One folder at a time: "${another}" is one too many.`;
    if (dir?.trim() === "") return "The folder's name is blank.";
    return { dir, help: values.help === true };
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  }
}
