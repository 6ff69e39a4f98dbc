// Children, rounds, medians and the table: what the delivery and the startup bench share.
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { promisify } from "node:util";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);

const WIDTH = 56;

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Variables that would change where spans go or how they are batched, for one side or for both. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(OTEL|PHOENIX|NODE_OPTIONS|.*_proxy$)/i.test(name)),
);

/** Runs a program of this folder and gives the JSON it prints last; it may end itself by SIGKILL. */
export async function runChild(program, parameters, flags = []) {
  const args = [...flags, path.join(here, program), JSON.stringify(parameters)];
  const options = { env: environment, maxBuffer: 2 ** 24 };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch((error) => {
    if (error.signal === "SIGKILL") return error;
    throw error;
  });
  if (stderr !== "") process.stderr.write(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** Starts the receiver; `takeCount()` gives the spans it got since the last call. */
export async function startSink() {
  const child = fork(path.join(here, "delivery-sink.mjs"), { env: environment });
  const [urls] = await once(child, "message");
  return {
    urls,
    async takeCount() {
      child.send("count");
      const [{ spans }] = await once(child, "message");
      return spans;
    },
    stop: () => child.disconnect(),
  };
}

/** Runs each candidate once a round, each round beginning with another one; gives the results of each. */
export async function interleave(candidates, rounds, run) {
  const results = new Map(candidates.map((candidate) => [candidate, []]));
  for (let round = 0; round < rounds; round++) {
    const shift = round % candidates.length;
    for (const candidate of [...candidates.slice(shift), ...candidates.slice(0, shift)]) {
      results.get(candidate).push(await run(candidate));
    }
  }
  return results;
}

/** A line of the table; `ratio` is `undefined` when a span was lost. */
export function row(what, unit, [other, ours], ratio, bar) {
  return { what, unit, other, ours, ratio, bar, held: ratio !== undefined && ratio <= bar };
}

/** One line for the same line of several runs: medians, and the ratio's spread. */
export function joinRuns(rows) {
  const of = (key) => median(rows.map((each) => each[key]));
  const [{ what, unit, bar }] = rows;
  const ratios = rows.map(({ ratio }) => ratio);
  if (ratios.includes(undefined)) return row(what, unit, [of("other"), of("ours")], undefined, bar);
  const spread = [Math.min(...ratios), Math.max(...ratios)];
  return { ...row(what, unit, [of("other"), of("ours")], median(ratios), bar), spread };
}

const cells = (values) => values.map((value) => String(value).padStart(13)).join("");
const times = (value) => `${value.toFixed(3)}×`;

export function printHead(title, other) {
  console.log(`\n${title.padEnd(WIDTH)}${cells([other, "phoenix-otel", "ratio", "bar"])}`);
}

export function printRow({ what, unit, other, ours, ratio, bar, held, spread }) {
  const figures = [other, ours].map((value) => `${value.toFixed(unit === "µs" ? 2 : 1)} ${unit}`);
  const ratioText = ratio === undefined ? "lost spans" : times(ratio);
  const line = cells([...figures, ratioText, bar === undefined ? "" : `${bar}×`]);
  const verdict = bar === undefined ? "" : held ? "  held" : "  MISSED";
  const between = spread === undefined ? "" : `  (${spread.map(times).join(" to ")})`;
  console.log(`${`  ${what}`.padEnd(WIDTH)}${line}${verdict}${between}`);
}
