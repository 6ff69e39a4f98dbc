// Each of the 203 settings asked of Python's phoenix.otel: what agrees, agrees; what differs has its reason in
// python-differences.json. Python's `service` is the provider's resource, which resolveConfig() has no part in.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ResolvedConfig } from "../../src/config/resolved-config.ts";
import { resolve, thrownBy } from "../config/surroundings.ts";

interface Row {
  name: string;
  env: Record<string, string>;
  args: Record<string, unknown>;
  python: {
    error?: string;
    exporter?: string;
    endpoint?: string;
    headers?: Record<string, string>;
    project?: string;
    processor?: string;
  };
}

type Aspect = "error" | "destination" | "fallback" | "headers" | "project" | "processor";

interface Difference {
  reason: string;
  aspect: Aspect;
  /** Names of rows; or all that have this aspect but these. */
  rows?: string[];
  allBut?: string[];
}

const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const { rows } = load("python-oracle.json") as { rows: Row[] };
const differences = load("python-differences.json") as Difference[];

const OPTIONS: Record<string, string> = { project_name: "projectName", api_key: "apiKey" };

const ours = ({ args, env }: Row): ResolvedConfig | undefined => {
  const options = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [OPTIONS[name] ?? name, value]),
  );
  try {
    return resolve(options, env);
  } catch {
    return undefined;
  }
};

/** One spelling for one place: gRPC without a scheme, and with the port that gRPC takes where none is given. */
const place = (protocol: string, url: string): string => {
  if (protocol !== "grpc") return `http/protobuf ${url}`;
  const host = url.replace(/^https?:\/\//, "");
  return `grpc ${/:\d+$/.test(host) ? host : `${host}:443`}`;
};

const differing = (row: Row): Aspect[] => {
  const { python } = row;
  const config = ours(row);
  if (config === undefined || python.error !== undefined) {
    return (config === undefined) === (python.error !== undefined) ? [] : ["error"];
  }
  const { protocol, url, fallback } = config.target.value;
  const sorted = (headers: object = {}): string =>
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .toSorted()
      .join("\n");
  const pythonProtocol = python.exporter === "GRPCSpanExporter" ? "grpc" : "http/protobuf";
  const agrees: Record<Exclude<Aspect, "error">, boolean> = {
    destination: place(protocol, url) === place(pythonProtocol, python.endpoint ?? ""),
    fallback: fallback === undefined,
    headers: sorted(config.headers.value) === sorted(python.headers),
    project: config.projectName.value === python.project,
    processor: config.batch.value === (python.processor === "BatchSpanProcessor"),
  };
  return (Object.keys(agrees) as (keyof typeof agrees)[]).filter((aspect) => !agrees[aspect]);
};

const COMPARED = ["destination", "fallback", "headers", "project", "processor"];

const verdict = (row: Row, aspects: readonly string[]): string => {
  const agreeing = COMPARED.filter((aspect) => !aspects.includes(aspect));
  if (aspects.includes("error")) return "only one of us refuses it";
  if (row.python.error !== undefined) return "agrees that it is refused";
  return `agrees in ${agreeing.join(", ")}${aspects.length === 0 ? "" : `; differs in ${aspects.join(", ")}`}`;
};

const reasonsFor = (name: string): Difference[] =>
  differences.filter((difference) => difference.rows?.includes(name) ?? !difference.allBut?.includes(name));

test("every row that Python was asked is here", () => {
  expect(rows).toHaveLength(203);
});

test("every reason names rows that exist, and none twice for one aspect", () => {
  const names = new Set(rows.map(({ name }) => name));
  const named = differences.flatMap(({ rows = [], allBut = [] }) => [...rows, ...allBut]);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
  for (const { name } of rows) {
    const aspects = reasonsFor(name).map(({ aspect }) => aspect);
    expect(aspects).toEqual([...new Set(aspects)]);
  }
});

describe("agrees with Python, or differs for the reason that is written down", () => {
  for (const row of rows) {
    const aspects = reasonsFor(row.name).map(({ aspect }) => aspect);
    test(`${row.name}: ${verdict(row, aspects)}`, () => {
      expect(differing(row).toSorted()).toEqual(aspects.toSorted());
    });
  }
});

test("where both refuse a setting, ours says what is right", () => {
  const refused = rows.filter((row) => row.python.error !== undefined && ours(row) === undefined);
  expect(refused.map(({ name }) => name)).toEqual([
    "protocol 'http'",
    "protocol 'http/json'",
    "protocol 'GRPC'",
    "protocol ''",
  ]);
  for (const row of refused) {
    expect(thrownBy(() => resolve(row.args, row.env)).message).toContain('"http/protobuf", "grpc"');
  }
});
