// Somebody else's words made fit for a message.

const MAX_CHARACTERS = 200;

/** A text on one line, without control characters, its first 200 characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_CHARACTERS);
}
