// A ready-made mask: credentials and, when asked, what tells who a person is, out of every text.
import type { Mask } from "../config/masking-settings.ts";
import { REDACTED_VALUE } from "../config/redacted-value.ts";
import { LaterPart } from "../parts.ts";
import { createSecretsMask } from "./secrets-mask.ts";

/** Options of {@link redactSecrets}. */
export interface RedactSecretsOptions {
  /** Whatever else is secret; every match is redacted. A string is matched as it is. */
  patterns?: readonly (RegExp | string)[];
  /** E-mail addresses too. Off by default. */
  email?: boolean;
  /** Phone numbers in international or North American form too. Off by default. */
  phone?: boolean;
}

const part = new LaterPart(() => createSecretsMask, "Everything is redacted that redactSecrets() looks at");

/**
 * Makes a {@link Mask} that takes secrets out of every text: API keys of the known forms, bearer tokens, JWTs, private
 * keys, card numbers that check out, passwords in URLs. What is around them stays.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export function redactSecrets(options: RedactSecretsOptions = {}): Mask {
  return part.get(true)?.(options) ?? (() => REDACTED_VALUE);
}
