// `phoenix-otel doctor`: the report on stdout, and the exit code that says whether traces arrive.
import { parseArgs } from "node:util";
import { errorText } from "../../diagnostics.ts";
import { currentSurroundings } from "../../config/environment.ts";
import { resolveColours } from "../terminal.ts";
import { diagnose } from "./diagnose.ts";
import { drawReport } from "./draw-report.ts";

const HELP = `Usage: phoenix-otel doctor [options]

Says whether traces would arrive, and if not, what to change: settings, name, port, TLS, the server's answer, the key, and what
in this project gets in the way. Sends one span into the project that is set.

Options:
  --json      print one JSON document
  -h, --help  print this

Ends with 0 when traces arrive, else with 1.
`;

/** Runs the command with the words after it; gives the exit code. */
export async function runDoctor(words: readonly string[]): Promise<number> {
  const options = parseOptions(words);
  if (typeof options === "string") {
    console.error(`phoenix-otel doctor: ${options} See phoenix-otel doctor --help.`);
    return 1;
  }
  if (options.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const report = await diagnose();
  const isColoured = resolveColours(process.stdout, currentSurroundings().environment);
  const text = options.json === true ? `${JSON.stringify(report)}\n` : drawReport(report, isColoured);
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
  return report.ok ? 0 : 1;
}

function parseOptions(words: readonly string[]): { json?: boolean; help?: boolean } | string {
  try {
    const options = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
    return parseArgs({ args: [...words], strict: true, options }).values;
  } catch (error) {
    return errorText(error);
  }
}
