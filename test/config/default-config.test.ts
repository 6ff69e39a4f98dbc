// Where nothing is set, nothing is resolved: the defaults written out are what resolving gives.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config/default-config.ts";
import { isNothingSet } from "../../src/config/nothing-set.ts";
import { resolveSettings } from "../../src/config/resolve-settings.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "default-config-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const surroundings = (environment: Record<string, string> = {}) => ({
  environment,
  workingDirectory: directory,
  userId: process.geteuid?.(),
});

describe("the defaults", () => {
  it("are what resolving gives, in its order", () => {
    const resolved = resolveSettings({}, surroundings(), "register", "register");
    const byDefault = defaultConfig();
    expect(byDefault).toEqual({
      ...resolved,
      toJSON: expect.any(Function),
      headers: { ...resolved.headers, toJSON: expect.any(Function), [INSPECT]: expect.any(Function) },
    });
    expect(JSON.stringify(byDefault)).toBe(JSON.stringify(resolved));
  });

  it("hold with a proxy, as the endpoint is on this machine", () => {
    const environment = { https_proxy: "http://proxy:1", HTTP_PROXY: "none", no_proxy: "x", HOME: "/root" };
    const resolved = resolveSettings({}, surroundings(environment), "register", "register");
    expect(isNothingSet({}, surroundings(environment))).toBe(true);
    expect(JSON.stringify(resolved)).toBe(JSON.stringify(defaultConfig()));
  });

  it("are new ones each time", () => {
    expect(defaultConfig().problems).not.toBe(defaultConfig().problems);
  });
});

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

describe("something is set by", () => {
  it.each([
    [{ PHOENIX_API_KEY: "k" }],
    [{ PHOENIX_DISCOVER_CONFIG: "false" }],
    [{ OTEL_SERVICE_NAME: "'quoted'" }],
    [{ OPENINFERENCE_HIDE_INPUTS: "" }],
    [{ phoenix_project: "as Windows has it" }],
  ])("%o", (environment) => expect(isNothingSet({}, surroundings(environment))).toBe(false));

  it.each([[{ batch: true }], [{ typo: 1 }], [[]], [null], ["text"], [new Date()]])(
    "the options %o",
    (options) => expect(isNothingSet(options as object, surroundings())).toBe(false),
  );

  it("a .env.phoenix, whatever it is", async () => {
    expect(isNothingSet({ endpoint: undefined } as object, surroundings())).toBe(true);
    await writeFile(path.join(directory, ".env.phoenix"), "");
    expect(isNothingSet({}, surroundings())).toBe(false);
  });

  it("an environment that cannot be listed", () => {
    const environment = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("not allowed");
        },
      },
    );
    expect(isNothingSet({}, { ...surroundings(), environment })).toBe(false);
  });

  it("nothing where the directory is gone", () => {
    expect(isNothingSet({}, { ...surroundings(), workingDirectory: undefined })).toBe(true);
  });
});
