// What in this project gets in the way: a provider that was there first, two copies of a package, what has no SDK.
import path from "node:path";
import { globalTracerProvider } from "../../globals.ts";
import { errorText } from "../../diagnostics.ts";
import { type Finding, good, open, wrong } from "./check.ts";
import { findInstalled, type InstalledPackage } from "./installed-packages.ts";
import { INSTRUMENTED_SDKS } from "./instrumented-sdks.ts";

/** Whether a provider is global before the program begins: the doctor runs with the same `NODE_OPTIONS`. */
export function checkProvider(): Finding {
  const provider = globalTracerProvider();
  if (provider === undefined) return good("No other tracer provider is global before the program begins.");
  const name = provider.constructor.name || "tracer provider";
  return wrong(
    `Another tracer provider (${name}) is global before the program begins: NODE_OPTIONS or --import loads it.`,
    'Add "new BatchSpanProcessor()" of phoenix-otel to its span processors, or take it out of NODE_OPTIONS.',
    { code: "PHX201", source: "NODE_OPTIONS" },
  );
}

/** Packages of which a process should have one copy. */
const ONE_COPY = [
  "@opentelemetry/api",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
  "@opentelemetry/sdk-trace",
];

/** Whether what is installed in and around `directory` fits together. */
export function checkPackages(directory: string): Finding {
  let installed: readonly InstalledPackage[];
  try {
    installed = findInstalled(directory);
  } catch (error) {
    return open(`The installed packages cannot be read: ${errorText(error)}.`);
  }
  if (installed.length === 0) return open("No node_modules is here.");
  const findings = [...doubles(installed), ...unfitting(installed)];
  if (findings.length === 0)
    return good("One copy of OpenTelemetry's API and SDK; every instrumentation has its SDK.");
  return wrong(findings.map(({ why }) => why).join(" "), findings.map(({ fix }) => fix).join(" "));
}

interface Obstacle {
  readonly why: string;
  readonly fix: string;
}

function doubles(installed: readonly InstalledPackage[]): Obstacle[] {
  return ONE_COPY.flatMap((name) => {
    const copies = installed.filter((each) => each.name === name);
    if (copies.length < 2) return [];
    const where = copies
      .map(({ version, directory }) => `${version} in ${path.dirname(directory)}`)
      .join(", ");
    return [
      {
        why: `${name} is there ${copies.length} times (${where}): spans and contexts of one copy are not seen by the other.`,
        fix: `Have one copy: "npm dedupe", or an override of ${name} in package.json (docs/installing.md).`,
      },
    ];
  });
}

function unfitting(installed: readonly InstalledPackage[]): Obstacle[] {
  return INSTRUMENTED_SDKS.flatMap(({ instrumentation, sdk, known }) => {
    if (!installed.some(({ name }) => name === instrumentation)) return [];
    const found = installed.filter(({ name }) => name === sdk);
    if (found.length === 0) {
      return [
        {
          why: `${instrumentation} is installed, but ${sdk} is not.`,
          fix: `Install ${sdk}, or remove ${instrumentation}.`,
        },
      ];
    }
    if (found.some(({ version }) => known.test(version))) return [];
    return [
      {
        why: `${instrumentation} does not trace ${sdk} ${found.map(({ version }) => version).join(", ")}.`,
        fix: `Use a version of ${sdk} that it knows, or a wrapper of phoenix-otel.`,
      },
    ];
  });
}
