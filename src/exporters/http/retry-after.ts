// The Retry-After header, in its two forms.

/**
 * Milliseconds to wait from `nowMillis` on: `Retry-After` in seconds or as an HTTP date (RFC 9110,
 * 10.2.3). `undefined` when there is none or it is neither.
 */
export function parseRetryAfter(value: string | undefined, nowMillis: number): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse reads much that is no date ("-5" is a year); an HTTP date starts with a day's name.
  const dateMillis = /^[A-Za-z]{3,9}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMillis) ? undefined : Math.max(0, dateMillis - nowMillis);
}
