// Cuts a text to a length and says so in the text.
import { nameDataUrl } from "./data-url.ts";

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** The first `length` characters, never half of a surrogate pair. */
export function firstCharacters(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = length > 0 && isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}

/**
 * `text`, or what of it fits into `maxLength` characters together with a marker that names both lengths. A data URL that does
 * not fit is named.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const name = nameDataUrl(text);
  if (name !== undefined) return firstCharacters(name, maxLength);
  const marker = `…[cut: ${text.length} characters, limit ${maxLength}]`;
  return firstCharacters(text, Math.max(0, maxLength - marker.length)) + firstCharacters(marker, maxLength);
}
