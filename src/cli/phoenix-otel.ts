#!/usr/bin/env node
// The command `phoenix-otel`: finds the subcommand and ends with its exit code.
import { readFileSync } from "node:fs";

const HELP = `Usage: phoenix-otel <command>

Commands:
  doctor         say whether traces would arrive, and if not, what to change
  send           send what processes with a spool left on disk
  view           show traces in the terminal and in a browser, where Phoenix would receive them

Options:
  -h, --help     print this; after a command, print its options
  -v, --version  print the version
`;

const [command, ...words] = process.argv.slice(2);
process.exitCode = await run();

async function run(): Promise<number> {
  switch (command) {
    case "view": {
      const { runView } = await import("./run-view.ts");
      return runView(words);
    }
    case "send": {
      const { runSend } = await import("./run-send.ts");
      return runSend(words);
    }
    case "doctor": {
      const { runDoctor } = await import("./doctor/run-doctor.ts");
      return runDoctor(words);
    }
    case "-v":
    case "--version":
      process.stdout.write(`${readVersion()}\n`);
      return 0;
    case undefined:
    case "-h":
    case "--help":
    case "help":
      process.stdout.write(HELP);
      return 0;
    default:
      console.error(`phoenix-otel: there is no command "${command}". See phoenix-otel --help.`);
      return 1;
  }
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
