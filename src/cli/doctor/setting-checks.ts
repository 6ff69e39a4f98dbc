// What can be told without asking anybody: the version of Node, and the settings.
import type { ResolvedConfig } from "../../config/resolved-config.ts";
import type { Diagnostic, DiagnosticCode } from "../../diagnostics.ts";
import { type Finding, good, wrong } from "./check.ts";

/** The least minor of each major that `engines` names; later majors are all new enough. */
const LEAST_MINOR: Readonly<Record<number, number>> = { 20: 16, 22: 3 };
const ENGINES = "^20.16.0 || >=22.3.0";

/** Whether the version of Node is one that the package runs on. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const isNew = major > 22 || minor >= (LEAST_MINOR[major] ?? Infinity);
  if (isNew) return good(`Node ${version}`);
  return wrong(`This is Node ${version}; phoenix-otel needs ${ENGINES}.`, "Install a newer Node.");
}

/** Problems that are told but do what was asked: spans are delivered all the same. */
const REMARKS: ReadonlySet<DiagnosticCode> = new Set([
  "PHX110",
  "PHX111",
  "PHX113",
  "PHX114",
  "PHX115",
  "PHX119",
]);

/** Whether every setting can be used as it was meant. */
export function checkSettings({ problems, disabled, target }: ResolvedConfig): Finding {
  if (disabled.value) {
    return wrong(
      `${disabled.source} turns tracing off: register() gives a provider that records nothing.`,
      `Unset ${disabled.source}.`,
      { source: disabled.source },
    );
  }
  const worst = problems.find(({ code }) => !REMARKS.has(code)) ?? problems[0];
  if (worst === undefined) return good("Every setting is understood.", { source: target.source });
  const why = problems.map(({ code, message }) => `${code} ${message}`).join(" ");
  if (REMARKS.has(worst.code)) return good(why, { code: worst.code });
  return wrong(why, adviceOf(worst), { code: worst.code });
}

/** The last sentence of a message says what to do. */
const adviceOf = ({ message }: Diagnostic): string => {
  const sentences = message.split(/(?<=[.!?])\s+(?=[A-Z])/);
  const [variable] = /\b(?:PHOENIX|OTEL|OPENINFERENCE)_[A-Z_]+\b/.exec(message) ?? [];
  const last = sentences.at(-1) ?? message;
  return variable === undefined || last.includes(variable) ? last : `Correct ${variable}. ${last}`;
};
