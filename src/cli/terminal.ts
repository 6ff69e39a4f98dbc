// What the output can show: its width and whether it takes colours.

/** The part of `process.stdout` that decides. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const WIDTH_WITHOUT_TERMINAL = 100;

/** The columns of the terminal as it is now; without one, `COLUMNS` or 100. */
export function resolveWidth(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): number {
  if (output.isTTY === true && output.columns !== undefined && output.columns > 0) return output.columns;
  const columns = Number(environment["COLUMNS"]);
  return Number.isSafeInteger(columns) && columns > 0 ? columns : WIDTH_WITHOUT_TERMINAL;
}

/** Whether to use colours: never with `NO_COLOR`, as `FORCE_COLOR` says, else on a terminal that is not dumb. */
export function resolveColours(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return output.isTTY === true && environment["TERM"] !== "dumb";
}
