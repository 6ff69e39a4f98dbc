// The report as text.
import type { ResolvedConfig } from "../../config/resolved-config.ts";
import { DEFAULT_SOURCE } from "../../config/resolved.ts";
import type { Check } from "./check.ts";
import type { Report } from "./diagnose.ts";

const MARKS = { true: "✓", false: "✗", null: "–" } as const;
const COLOURS = { true: 32, false: 31, null: 2 } as const;

/** Draws what was resolved, what was found, and first of all what to mend. */
export function drawReport({ ok, config, checks }: Report, isColoured: boolean): string {
  const paint = (code: number, text: string): string =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  const draw = ({ id, ok: found, why, fix }: Check): string[] => {
    const key = String(found) as keyof typeof MARKS;
    const line = `${paint(COLOURS[key], MARKS[key])} ${id.padEnd(9)} ${found === null ? paint(2, why) : why}`;
    return fix === undefined ? [line] : [line, `  ${" ".repeat(9)} ${paint(1, "→")} ${fix}`];
  };
  const first = checks.find((check) => check.ok === false);
  const verdict = ok ? "Traces arrive." : `The first thing to mend: ${first?.id}. ${first?.fix ?? ""}`;
  return [...settings(config), "", ...checks.flatMap(draw), "", paint(ok ? 32 : 31, verdict), ""].join("\n");
}

function settings({ target, headers, projectName, transport }: ResolvedConfig): string[] {
  const { fallback, ...first } = target.value;
  const from = (source: string): string => (source === DEFAULT_SOURCE ? "the default" : `from ${source}`);
  const lines = [
    ["project", `${projectName.value} (${from(projectName.source)})`],
    ["sends to", `${first.url} by ${first.protocol} (${from(target.source)})`],
    ...(fallback ? [["or else", `${fallback.url} by ${fallback.protocol}`]] : []),
    ...[first, fallback].flatMap((each) =>
      each?.proxy ? [["through", `the proxy ${each.proxy.value} (${from(each.proxy.source)})`]] : [],
    ),
    ...Object.keys(headers.value).map((name) => [
      "header",
      `${name}: **** (${from(headers.sources[name] ?? "")})`,
    ]),
    ...[transport.certificate, transport.clientCertificate, transport.clientKey].flatMap((file) =>
      file ? [["file", `${file.value} (${from(file.source)})`]] : [],
    ),
  ];
  return lines.map(([label = "", text]) => `${label.padEnd(11)} ${text}`);
}
