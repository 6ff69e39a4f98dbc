// npm run bench [-- wrappers|delivery|startup …] [--only "20 KB, ascii"] [--rounds 11] [--json]: builds what is
// measured, installs what it is compared with, runs the named parts or all, and ends with 1 when a bar was missed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { printHead, printRow } from "./ratios.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const HEADS = {
  start: ["Start, beside the SDK alone", "sdk alone"],
  firstSpan: ["First span, beside stock provider and exporter", "stock"],
  delivery: ["Delivery above a no-op processor", "stock"],
  eventLoop: ["Event loop above a no-op processor", "stock"],
};
const PARTS = ["wrappers", "delivery", "startup"];

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string", default: "" }, rounds: { type: "string" } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !PARTS.includes(name));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}": choose among ${PARTS.join(", ")}.`);
  process.exit(1);
}
const parts = positionals.length > 0 ? positionals : PARTS;
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
  console.error(`--rounds is a number from 1, not "${values.rounds}".`);
  process.exit(1);
}

run("node", ["../scripts/ready.mjs"]);
if (parts.includes("wrappers") && !existsSync(path.join(here, "node_modules/.package-lock.json"))) {
  run("npm", ["install", "--no-save", "--no-package-lock", "--loglevel=error"]);
}
requirePinnedVersions();

const tables = {};
if (parts.includes("wrappers")) {
  const { status } = spawnSync(process.execPath, ["--expose-gc", path.join(here, "wrappers.mjs")], {
    stdio: ["ignore", values.json ? 2 : 1, 2],
  });
  if (status !== 0) process.exitCode = 1;
}
if (parts.includes("startup")) await show((await import("./startup.mjs")).measureStartup());
if (parts.includes("delivery"))
  await show((await import("./delivery.mjs")).measureDelivery(values.only, rounds));

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
    `\n${date}, Node ${machine.node}, ${machine.cpus} × ${machine.model}, load ${machine.load.toFixed(1)}`,
  );

/** Prints each line as soon as it is measured: a run takes minutes. */
async function show(measurements) {
  for await (const [name, rows] of measurements) {
    if (!(name in tables) && !values.json) printHead(...HEADS[name]);
    (tables[name] ??= []).push(...rows);
    for (const each of rows) {
      if (!values.json) printRow(each);
      if (each.bar !== undefined && !each.held) process.exitCode = 1;
    }
  }
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
