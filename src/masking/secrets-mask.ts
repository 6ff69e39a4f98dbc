// The rules of redactSecrets(), and the mask that they make.
import type { AttributeValue } from "@opentelemetry/api";
import { PhoenixConfigError } from "../config/config-error.ts";
import type { Mask } from "../config/masking-settings.ts";
import { REDACTED } from "./masking-rules.ts";
import { replaceCards } from "./card-numbers.ts";
import type { RedactSecretsOptions } from "./redact-secrets.ts";

/** Keys and tokens as their makers write them: a known beginning, then enough characters that no word has it. */
const KEYS = [
  String.raw`sk-[A-Za-z0-9_-]{16,}`,
  String.raw`(?:gsk|hf|r8|pcsk|lsv2_pt|lsv2_sk|tvly|ntn|fw|npm|glsa|dckr_pat)_[A-Za-z0-9_-]{16,}`,
  String.raw`(?:xai|pplx|nvapi|tvly|glpat|gldt|xapp|whsec)-[A-Za-z0-9_-]{16,}`,
  String.raw`whsec_[A-Za-z0-9+/=]{16,}`,
  String.raw`xox[abeoprs]-[A-Za-z0-9-]{10,}`,
  String.raw`gh[opsur]_[A-Za-z0-9]{30,}`,
  String.raw`github_pat_[A-Za-z0-9_]{20,}`,
  String.raw`(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}`,
  String.raw`(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}`,
  String.raw`AIza[A-Za-z0-9_-]{35}`,
  String.raw`ya29\.[A-Za-z0-9_-]{20,}`,
  String.raw`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`,
  String.raw`pypi-[A-Za-z0-9_-]{50,}`,
  String.raw`(?:dop|doo|dor)_v1_[a-f0-9]{64}`,
  String.raw`shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}`,
  String.raw`dapi[a-f0-9]{32}`,
  String.raw`lin_api_[A-Za-z0-9]{30,}`,
  String.raw`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`,
];

interface Rule {
  readonly pattern: RegExp;
  readonly instead: string;
}

const RULES: readonly Rule[] = [
  // What follows the first line may be cut off or have its line breaks escaped.
  {
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    instead: REDACTED,
  },
  { pattern: new RegExp(String.raw`(?<![A-Za-z0-9])(?:${KEYS.join("|")})`, "g"), instead: REDACTED },
  // A word that follows "bearer" in a sentence has no digit and is short.
  {
    pattern: /\b(bearer|basic)(\s+|%20)(?:(?=[A-Za-z._~+/-]*\d)[\w.~+/-]{8,}|[\w.~+/-]{20,})=*/gi,
    instead: `$1$2${REDACTED}`,
  },
  {
    pattern: /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/"'\\]{0,200}:)[^\s@/"'\\]{1,400}(?=@)/gi,
    instead: `$1${REDACTED}`,
  },
  {
    pattern:
      /([?&](?:api[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|password|secret|sig|signature)=)[^\s&#"'\\]+/gi,
    instead: `$1${REDACTED}`,
  },
];

const EMAIL: Rule = {
  pattern: /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g,
  instead: REDACTED,
};
const PHONE: Rule = {
  pattern:
    /(?<![\w+])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\w)/g,
  instead: REDACTED,
};

/** What `redactSecrets` gives. Throws {@link PhoenixConfigError} for a wrong option. */
export function createSecretsMask(options: RedactSecretsOptions): Mask {
  const rules = [...ownRules(options), ...RULES];
  if (isOn(options, "email")) rules.push(EMAIL);
  if (isOn(options, "phone")) rules.push(PHONE);
  const redacted = (text: string): string =>
    replaceCards(
      rules.reduce((rest, { pattern, instead }) => rest.replace(pattern, instead), text),
      REDACTED,
    );
  return (_, value) => maskValue(value, redacted);
}

function maskValue(value: AttributeValue, redacted: (text: string) => string): AttributeValue {
  if (typeof value === "string") return redacted(value);
  if (typeof value === "number") {
    const text = String(value);
    return text.length >= 12 && redacted(text) !== text ? REDACTED : value;
  }
  // A list of numbers, an embedding for example, is no text.
  if (!Array.isArray(value) || typeof value.find((item) => item != null) !== "string") return value;
  return value.map((item) => (typeof item === "string" ? redacted(item) : item)) as string[];
}

function ownRules({ patterns }: RedactSecretsOptions): Rule[] {
  if (patterns === undefined) return [];
  if (!Array.isArray(patterns)) throw wrong("patterns is a list of regular expressions and strings");
  return (patterns as readonly unknown[]).map((pattern) => {
    if (pattern instanceof RegExp) {
      const flags = `${pattern.flags.replace(/[gy]/g, "")}g`;
      return { pattern: new RegExp(pattern.source, flags), instead: REDACTED };
    }
    if (typeof pattern !== "string" || pattern === "") {
      throw wrong("patterns is a list of regular expressions and strings that are not empty");
    }
    const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return { pattern: new RegExp(source, "g"), instead: REDACTED };
  });
}

function isOn(options: RedactSecretsOptions, name: "email" | "phone"): boolean {
  const value: unknown = options[name];
  if (value !== undefined && typeof value !== "boolean") throw wrong(`${name} is true or false`);
  return value === true;
}

const wrong = (what: string): PhoenixConfigError =>
  new PhoenixConfigError({ code: "PHX105", message: `redactSecrets(…): ${what}.` });
