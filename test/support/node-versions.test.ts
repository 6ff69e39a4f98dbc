import { expect, test } from "vitest";
import { NODE_VERSIONS, nodeBinary, runOnNode } from "./node-versions.ts";

test.each(NODE_VERSIONS)("a program runs on Node %s", async (version) => {
  const end = await runOnNode(version, ["-p", "process.version + process.env.TOLD"], { TOLD: " told" });
  expect(end).toEqual({
    status: 0,
    stdout: expect.stringMatching(new RegExp(String.raw`^v${version}\.\d+\.\d+ told\n$`)),
    stderr: "",
  });
  // Installed once, and this process's own where that will do.
  expect(await nodeBinary(version)).toBe(await nodeBinary(version));
});

const own = NODE_VERSIONS.filter((version) => process.versions.node.startsWith(`${version}.`));

test.each(own)("Node %s, which this process runs on, is not installed again", async (version) => {
  expect(await nodeBinary(version)).toBe(process.execPath);
});
