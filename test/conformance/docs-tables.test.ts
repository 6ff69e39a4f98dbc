import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { EndpointData } from "../../scripts/write-tables.ts";
import { withSdks, withTables } from "../../scripts/write-tables.ts";
import { SDK_PACKAGES } from "../../src/config/sdk-names.ts";
import { VARIABLES } from "../../src/config/environment.ts";
import { DROP_REASONS } from "../../src/delivery/counters.ts";
import { DIAGNOSTIC_CODES } from "../../src/diagnostics.ts";
import { SDK_FILES } from "../../src/instrumentation/modules/sdk-files.ts";
import { supportedSdks } from "../../src/instrumentation/supported-sdks.ts";

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const page = read("docs/configuration.md");

test("docs/configuration.md has the tables that the data makes; scripts/write-tables.ts writes them", () => {
  const data = JSON.parse(read("test/conformance/endpoints.json")) as EndpointData;
  expect(withTables(page, data)).toBe(page);
});

test("docs/auto-instrumentation.md has the table that the rows make; scripts/write-tables.ts writes it", () => {
  const sdkPage = read("docs/auto-instrumentation.md");
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  expect(withSdks(sdkPage, supportedSdks(), devDependencies)).toBe(sdkPage);
});

test("an SDK has its name in the settings, its files and its row, or none of them", () => {
  const rows = supportedSdks().map(({ sdk }) => sdk);
  expect([...SDK_PACKAGES].toSorted()).toEqual(rows.toSorted());
  expect([...new Set(Object.values(SDK_FILES).map(({ sdk }) => sdk))].toSorted()).toEqual(rows.toSorted());
});

test("docs/configuration.md names every option and every variable", () => {
  const declared = read("src/config/options.ts").split("export interface RegisterOptions")[1] ?? "";
  const options = [...declared.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name ?? "");
  const ofTheSdk = ["sampler", "idGenerator", "spanLimits", "generalLimits", "resource", "meterProvider"];
  expect(options.length).toBeGreaterThan(12);
  const expected = [...options, ...ofTheSdk, "forceFlushTimeoutMillis", ...VARIABLES];
  expect(expected.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("docs/diagnostics.md has one row for every code, with its title, and no other", () => {
  const rows = [...read("docs/diagnostics.md").matchAll(/^\| (PHX\d+) \| (.*?) \| /gm)];
  const documented = rows.map(([, code, title]) => [code, title]);
  expect(documented).toEqual(Object.entries(DIAGNOSTIC_CODES).toSorted(([a], [b]) => a.localeCompare(b)));
});

test("docs/delivery.md has one row for every reason to drop a span, and no other", () => {
  const table = read("docs/delivery.md").split("| reason | the span |")[1]?.split("\n\n")[0] ?? "";
  expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)).toEqual(DROP_REASONS);
});
