// Which folder the option `spool` means.
import { homedir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { resolve } from "./surroundings.ts";

const HOME = path.join(homedir(), ".local/state/phoenix-otel/spool");

test.each([
  [true, {}, HOME],
  [{}, {}, HOME],
  [{ maxBytes: 5 }, { XDG_STATE_HOME: "/state" }, "/state/phoenix-otel/spool"],
  [true, { XDG_STATE_HOME: "/state" }, "/state/phoenix-otel/spool"],
  [true, { XDG_STATE_HOME: "relative" }, HOME],
  [true, { XDG_STATE_HOME: " " }, HOME],
  ["/a/b", { XDG_STATE_HOME: "/state" }, "/a/b"],
  [{ dir: "/a/b" }, {}, "/a/b"],
])("%j with %j is %s", (spool, environment, dir) => {
  const maxBytes = typeof spool === "object" && "maxBytes" in spool ? spool.maxBytes : 268_435_456;
  expect(resolve({ spool }, environment).spool).toEqual({ value: { dir, maxBytes }, source: "option spool" });
});

test.each([undefined, false])("%j is none", (spool) => {
  expect(resolve({ ...(spool !== undefined && { spool }) }).spool).toBeUndefined();
});

test("a relative folder is one of the directory that the program was in", () => {
  const { value } = resolve({ spool: "leavings" }, {}, "/somewhere").spool!;
  expect(value.dir).toBe("/somewhere/leavings");
});
