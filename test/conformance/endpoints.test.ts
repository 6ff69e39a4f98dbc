import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { EndpointData, EndpointRow } from "../../scripts/write-tables.ts";
import { codes, resolve, temporaryDirectory, thrownBy, writeEnvFile } from "../config/surroundings.ts";

const { groups } = JSON.parse(
  readFileSync(new URL("endpoints.json", import.meta.url), "utf8"),
) as EndpointData;

const split = ({ file, ...given }: EndpointRow["set"]) => {
  const entries = Object.entries(given) as [string, string][];
  const isVariable = ([name]: [string, string]): boolean => name === name.toUpperCase();
  return {
    environment: Object.fromEntries(entries.filter(isVariable)),
    options: Object.fromEntries(entries.filter((entry) => !isVariable(entry))),
    file: file as Record<string, string> | undefined,
  };
};

const answer = ({ set, throws }: EndpointRow): Omit<EndpointRow, "set"> => {
  const { environment, options, file } = split(set);
  const directory = file === undefined ? undefined : temporaryDirectory();
  if (directory !== undefined) {
    const lines = Object.entries(file ?? {}).map(([name, value]) => `${name}=${value}`);
    writeEnvFile(directory, lines.join("\n"));
  }
  if (throws !== undefined) {
    const error = thrownBy(() => resolve(options, environment, directory));
    return error.name === "PhoenixConfigError" && error.code !== undefined ? { throws: error.code } : {};
  }
  const config = resolve(options, environment, directory);
  const { protocol, url, fallback } = config.target.value;
  if (fallback !== undefined && fallback.protocol !== "http/protobuf") throw new Error("A fallback is HTTP.");
  const said = codes(config);
  return {
    protocol,
    url,
    ...(fallback && { fallback: fallback.url }),
    source: config.target.source.replace(` in ${directory}/.env.phoenix`, " in <file>"),
    ...(said.length > 0 && { says: said }),
  };
};

test("the table has at least 100 rows, none twice", () => {
  const sets = groups.flatMap(({ rows }) => rows.map(({ set }) => JSON.stringify(set)));
  expect(sets.length).toBeGreaterThanOrEqual(100);
  expect(new Set(sets).size).toBe(sets.length);
});

for (const { title, rows } of groups) {
  describe(`endpoints: ${title}`, () => {
    for (const row of rows) {
      const { set, ...expected } = row;
      test(`${JSON.stringify(set)} gives ${expected.throws ?? expected.url}`, () => {
        expect(answer(row)).toEqual(expected);
      });
    }
  });
}
