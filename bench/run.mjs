// npm run bench [-- wrappers|delivery|memory|startup …] [--only "20 KB, ascii"] [--rounds 11] [--warm-up 12] [--repeat 5]
// [--node 24] [--beside FOLDER] [--json]: builds what is measured, installs what it is compared with, runs the named parts or all,
// and ends with 1 when a bar was missed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { joinRuns, printHead, printRow } from "./ratios.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const HEADS = {
  wrappers: ["Wrappers, processor time a call", "by hand"],
  start: ["Start, beside the SDK alone", "sdk alone"],
  preload: ["phoenix-otel/preload, beside register()", "register()"],
  firstSpan: ["First span, beside stock provider and exporter", "stock"],
  delivery: ["Delivery above a no-op processor", "stock"],
  eventLoop: ["Event loop above a no-op processor", "stock"],
  memory: ["Memory", "stock"],
};
const PARTS = {
  startup: async () => (await import("./startup.mjs")).measureStartup,
  wrappers: async () => (await import("./wrappers.mjs")).measureWrappers,
  delivery: async () => (await import("./delivery.mjs")).measureDelivery,
  memory: async () => (await import("./memory.mjs")).measureMemory,
};

const { values, positionals } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string", default: "" },
    rounds: { type: "string" },
    "warm-up": { type: "string" },
    repeat: { type: "string", default: "1" },
    node: { type: "string" },
    beside: { type: "string" },
  },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined)
  refuse(`There is no part "${unknown}": choose among ${Object.keys(PARTS).join(", ")}.`);
const rounds = values.rounds === undefined ? undefined : wholeNumber("rounds");
const warmUp = values["warm-up"] === undefined ? undefined : wholeNumber("warm-up");
const repeat = wholeNumber("repeat");
const beside = values.beside && path.resolve(process.env.INIT_CWD ?? "", values.beside);
if (beside && !existsSync(path.join(beside, "dist/node.mjs")))
  refuse(`--beside ${values.beside} is no checkout with a build in dist/.`);

run("node", ["../scripts/ready.mjs"]);
if (values.node !== undefined && !process.versions.node.startsWith(`${values.node}.`))
  onAnotherNode(values.node);

const parts = positionals.length > 0 ? positionals : Object.keys(PARTS);
if (parts.includes("wrappers") && !existsSync(path.join(here, "node_modules/.package-lock.json"))) {
  run("npm", ["install", "--no-save", "--no-package-lock", "--loglevel=error"]);
}
requirePinnedVersions();

const lines = new Map();
for (let turn = 1; turn <= repeat; turn++) {
  for (const part of parts) {
    const measure = await PARTS[part]();
    for await (const [table, rows] of measure({ only: values.only, rounds, warmUp, beside }))
      add(table, rows, turn);
  }
}
const tables = Object.fromEntries(
  [...lines].map(([table, rows]) => [
    table,
    [...rows.values()].map((runs) => (repeat > 1 ? joinRuns(runs) : runs[0])),
  ]),
);
if (repeat > 1 && !values.json) print(tables);
if (Object.values(tables).some((rows) => rows.some(({ bar, held }) => bar !== undefined && !held)))
  process.exitCode = 1;

const machine = {
  node: process.version,
  cpus: os.cpus().length,
  model: os.cpus()[0]?.model,
  load: os.loadavg()[0],
};
const date = new Date().toISOString();
if (values.json) console.log(JSON.stringify({ date, machine, ...tables }, undefined, 2));
else
  console.log(
    `\n${date}, Node ${machine.node}, ${machine.cpus} × ${machine.model}, load ${machine.load.toFixed(1)}, ${repeat} ${repeat === 1 ? "run" : "runs"}`,
  );

/** Keeps the lines of a run and prints them as soon as they are measured: a run takes minutes. */
function add(table, rows, turn) {
  const isNew = !lines.has(table);
  const known = lines.get(table) ?? new Map();
  lines.set(table, known);
  for (const [index, each] of rows.entries()) {
    // A line below another repeats its words elsewhere: it is known by the line that it belongs to.
    const key = `${rows[0].what} ${index}`;
    known.set(key, [...(known.get(key) ?? []), each]);
  }
  if (values.json) return;
  if (repeat > 1) {
    const held = rows.filter(({ ratio }) => ratio !== undefined);
    console.error(
      `run ${turn} of ${repeat}: ${rows[0].what}: ${held.map(({ ratio }) => ratio.toFixed(3)).join(", ")}`,
    );
    return;
  }
  if (isNew) printHead(...HEADS[table]);
  rows.forEach(printRow);
}

function print(all) {
  for (const [table, rows] of Object.entries(all)) {
    printHead(...HEADS[table]);
    rows.forEach(printRow);
  }
}

/** Runs this same command on another Node, from npm, and ends as it does. */
function onAnotherNode(major) {
  const node = execFileSync("npx", ["tsx", "../scripts/node-binary.ts", major], {
    cwd: here,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
  const { status } = spawnSync(node, process.argv.slice(1), { stdio: ["ignore", 1, 2] });
  process.exit(status ?? 1);
}

function wholeNumber(name) {
  const number = Number(values[name]);
  if (!(Number.isInteger(number) && number > 0))
    refuse(`--${name} is a number from 1, not "${values[name]}".`);
  return number;
}

function refuse(why) {
  console.error(why);
  process.exit(1);
}

/** The competitors must not bring another copy of what the delivery bench compares with. */
function requirePinnedVersions() {
  const require = createRequire(import.meta.url);
  const { dependencies } = require("../package.json");
  const { packages } = require("../package-lock.json");
  for (const name of Object.keys(dependencies)) {
    if (!name.startsWith("@opentelemetry/")) continue;
    const { version } = packages[`node_modules/${name}`];
    const found = require(`${name}/package.json`).version;
    if (found !== version) throw new Error(`the bench would compare with ${name} ${found}, not ${version}`);
  }
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: here, stdio: ["ignore", 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
