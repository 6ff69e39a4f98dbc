// `node scripts/busy.mjs npm test`: runs a command three times in a row while a busy loop occupies each core, which
// finds tests that lean on the clock. Ends with the status of the first run that failed.
import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const RUNS = 3;

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error("busy: name a command, for example: node scripts/busy.mjs npm test");
  process.exit(1);
}

// A loop ends by itself once nobody holds the other end of its stdin.
const LOOP = `
  process.stdin.resume().on("end", () => process.exit());
  const turn = () => { const until = Date.now() + 50; while (Date.now() < until); setImmediate(turn); };
  turn();
`;
const loops = Array.from({ length: Math.max(2, availableParallelism()) }, () =>
  spawn(process.execPath, ["-e", LOOP], { stdio: ["pipe", "ignore", "inherit"] }),
);

let status = 0;
for (let run = 1; run <= RUNS && status === 0; run += 1) {
  console.log(
    `\nbusy: run ${run} of ${RUNS} beside ${loops.length} busy loops: ${process.argv.slice(2).join(" ")}`,
  );
  const end = spawnSync(command, args, { stdio: "inherit" });
  if (end.error) console.error(`busy: ${end.error.message}`);
  status = end.status ?? 1;
}
for (const loop of loops) loop.kill();
console.log(status === 0 ? `\nbusy: all ${RUNS} runs passed` : "\nbusy: a run failed");
process.exitCode = status;
