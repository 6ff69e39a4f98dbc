import { expect, it } from "vitest";
import { checkNode } from "../../src/cli/doctor/setting-checks.ts";
import manifest from "../../package.json" with { type: "json" };

const asked = manifest.engines.node;

it("asks for the Node that package.json asks for", () => {
  const bounds = [...asked.matchAll(/(\d+)\.(\d+)\.0/g)].map(([, major, minor]) => [
    Number(major),
    Number(minor),
  ]);
  expect(bounds).not.toEqual([]);
  for (const [major, minor = 0] of bounds) {
    expect(checkNode(`v${major}.${minor}.0`)).toMatchObject({ ok: true });
    expect(checkNode(`v${major}.${minor - 1}.9`)).toMatchObject({
      ok: false,
      why: expect.stringContaining(asked),
    });
  }
  expect(checkNode("v21.7.3")).toMatchObject({ ok: false });
  expect(checkNode("v99.0.0")).toMatchObject({ ok: true });
});
