// What is said of the SDKs: with verbose a line for each, and a line for one that is loaded and not traced.
import { print, sayOnce } from "../diagnostics.ts";
import { foreignSdks } from "./foreign/foreign-sdks.ts";
import { findPackage, installedCopies } from "./modules/installed-copies.ts";
import type { ModuleFormat } from "./modules/module-hooks.ts";
import type { SdkCopy, SdkFile } from "./modules/sdk-file.ts";

/** Tells, when `verbose`, that an SDK is traced; `by` what, where it is not us. */
export function tellTraced(file: SdkFile, format: ModuleFormat, verbose: boolean, by = ""): void {
  if (!verbose) return;
  const line = `${name(file)} (${format}): traced${by === "" ? "" : ` ${by}`}`;
  tellOnce(`${line} ${file.directory}`, line);
}

/** Says, once, that an SDK is loaded and why it is not traced. */
export function tellNotTraced(file: SdkFile, why: string): void {
  sayOnce(`sdk:${file.package}`, {
    code: "PHX512",
    message: `${name(file)} is loaded and not traced: ${why}. PHOENIX_AUTO_INSTRUMENT="-${file.sdk}" turns this off.`,
  });
}

/** Prints what is installed for the program, and what of it needs another package to be traced. */
export function tellInstalled(selected: readonly string[]): void {
  for (const copy of installedCopies()) {
    const row = foreignSdks.find(({ sdk }) => sdk === copy.sdk);
    const isMissing = row !== undefined && findPackage(row.instrumentation, copy.directory) === undefined;
    const state = !selected.includes(copy.sdk)
      ? "installed, not traced: it is not among those of autoInstrument"
      : isMissing
        ? `installed, not traced: install ${row.instrumentation}`
        : "installed, traced as it loads";
    tellOnce(`${copy.directory} ${state}`, `${name(copy)}: ${state}`);
  }
}

const name = (copy: SdkCopy): string => `${copy.package} ${copy.version}`;

const told = new Set<string>();

function tellOnce(key: string, line: string): void {
  if (told.has(key)) return;
  told.add(key);
  print(`phoenix-otel  ${line}`);
}
