// Durations, counts and moments as a person reads them.

/** A duration to three digits in the unit that fits: `45 µs`, `1.24 s`, `3 m 05 s`. */
export function formatDuration(millis: number): string {
  if (millis < 0.9995) return `${Math.round(millis * 1000)} µs`;
  if (millis < 999.5) return `${threeDigits(millis)} ms`;
  const seconds = millis / 1000;
  if (seconds < 59.95) return `${threeDigits(seconds)} s`;
  const minutes = Math.round(seconds) / 60;
  if (minutes < 60) return `${Math.floor(minutes)} m ${twoDigits(Math.round(seconds) % 60)} s`;
  const hours = Math.round(minutes) / 60;
  return `${Math.floor(hours)} h ${twoDigits(Math.round(minutes) % 60)} m`;
}

/** A count with thousands separated: `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `1 span`, `2 spans`. */
export function countOf(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** A moment as local date and time: `2026-01-02 03:04:05`, with milliseconds where asked for. */
export function formatMoment(millis: number, options: { withMillis?: boolean } = {}): string {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) return "unknown";
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  const rest = options.withMillis === true ? `.${String(date.getMilliseconds()).padStart(3, "0")}` : "";
  return `${day} ${time}${rest}`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
