// What a filter remembers of many traces, measured in a process of its own.
import path from "node:path";
import { expect, it } from "vitest";
import { checkout, run } from "../support/run-program.ts";

it.each([1, 2])("keeps at most 24 MB of 80,000 traces with %d filtered spans each", async (filtered) => {
  const file = path.join(checkout, "test/spans/programs/filtered-traces.ts");
  const end = await run(process.execPath, ["--expose-gc", "--import", "tsx", file, String(filtered)], {});
  expect(end).toMatchObject({ status: 0 });
  const { megabytes } = JSON.parse(end.stdout) as { megabytes: number };
  expect(megabytes).toBeGreaterThan(4);
  expect(megabytes).toBeLessThan(24);
});
