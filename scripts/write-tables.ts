// Writes the endpoint tables of docs/configuration.md from test/conformance/endpoints.json, the data that the tests
// run, and the table of docs/auto-instrumentation.md from the rows of the catalogue. A test fails when a page and the data
// differ; run `npx tsx scripts/write-tables.ts` then.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type SupportedSdk, supportedSdks } from "../src/instrumentation/supported-sdks.ts";

/** One setting of the conformance data, and what it gives. */
export interface EndpointRow {
  /** Options in camel case, variables in upper case, and `file` with the variables of a `.env.phoenix`. */
  set: Record<string, string | Record<string, string>>;
  throws?: string;
  protocol?: string;
  url?: string;
  fallback?: string;
  source?: string;
  says?: string[];
}

/** `test/conformance/endpoints.json` */
export interface EndpointData {
  groups: { title: string; rows: EndpointRow[] }[];
}

const START = "<!-- endpoint tables: written by scripts/write-tables.ts -->";
const END = "<!-- end of the endpoint tables -->";

// A vertical bar would end the cell.
const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

const setting = ([name, value]: [string, EndpointRow["set"][string]]): string => {
  if (typeof value !== "string") return `.env.phoenix: ${Object.entries(value).map(setting).join(", ")}`;
  const quoted = JSON.stringify(value);
  if (name !== name.toUpperCase()) return code(`${name}: ${quoted}`);
  return code(`${name}=${value === value.trim() && value !== "" ? value : quoted}`);
};

const tableRow = ({ set, throws, protocol = "", url = "", fallback, says = [] }: EndpointRow): string => {
  const given = Object.entries(set).map(setting).join("<br>") || "nothing";
  if (throws !== undefined) return `| ${given} | | throws ${throws} |`;
  const then = fallback === undefined ? "" : `, else ${code(fallback)}`;
  const told = says.length === 0 ? "" : `; says ${says.join(", ")}`;
  return `| ${given} | ${protocol} | ${code(url)}${then}${told} |`;
};

/** The page's text with its tables made from the data. */
export function withTables(text: string, { groups }: EndpointData): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start === -1 || end === -1) throw new Error(`docs/configuration.md has lost "${START}" or "${END}".`);
  const tables = groups.map(
    ({ title, rows }) =>
      `### ${title}\n\n| set | protocol | sent to |\n| --- | --- | --- |\n${rows.map(tableRow).join("\n")}\n`,
  );
  return `${text.slice(0, start + START.length)}\n\n${tables.join("\n")}\n${text.slice(end)}`;
}

const SDK_START = "<!-- SDK table: written by scripts/write-tables.ts -->";
const SDK_END = "<!-- end of the SDK table -->";

/** What was run by hand: each brings more packages along than all tests together. */
const BY_HAND: Readonly<Record<string, string>> = {
  "@modelcontextprotocol/sdk": "1.32.2, by hand",
  "@openai/agents": "0.20.0, by hand",
  "@anthropic-ai/claude-agent-sdk": "0.3.332, by hand",
  "beeai-framework": "0.1.13, by hand",
};

/** The page's text with the table of SDKs; `pins` are the devDependencies that the tests run with. */
export function withSdks(
  text: string,
  sdks: readonly SupportedSdk[],
  pins: Readonly<Record<string, string>>,
): string {
  const tested = (sdk: string, versions: string): string => {
    const installed = Object.entries(pins).flatMap(([name, pin]) => {
      if (name === sdk) return [pin];
      return pin.startsWith(`npm:${sdk}@`) ? [pin.slice(`npm:${sdk}@`.length)] : [];
    });
    // Older ones are there for other tests.
    const known = installed.filter(
      (version) => Number.parseInt(version, 10) >= Number.parseInt(versions, 10),
    );
    return known.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).join(", ");
  };
  const rows = sdks.map(
    ({ sdk, versions, instrumentation }) =>
      `| ${code(sdk)} | ${versions} | ${instrumentation === undefined ? "phoenix-otel" : code(instrumentation)} | ${BY_HAND[sdk] ?? tested(sdk, versions)} |`,
  );
  const table = [
    "| package | versions | traced by | tested with |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
  const [start, end] = [text.indexOf(SDK_START), text.indexOf(SDK_END)];
  if (start === -1 || end === -1) throw new Error(`docs/auto-instrumentation.md has lost "${SDK_START}".`);
  return `${text.slice(0, start + SDK_START.length)}\n\n${table}\n\n${text.slice(end)}`;
}

const script = fileURLToPath(import.meta.url);
if (process.argv[1] === script) {
  const root = path.dirname(path.dirname(script));
  const page = path.join(root, "docs/configuration.md");
  const data = readFileSync(path.join(root, "test/conformance/endpoints.json"), "utf8");
  writeFileSync(page, withTables(readFileSync(page, "utf8"), JSON.parse(data) as EndpointData));
  const sdkPage = path.join(root, "docs/auto-instrumentation.md");
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  writeFileSync(sdkPage, withSdks(readFileSync(sdkPage, "utf8"), supportedSdks(), devDependencies));
}
