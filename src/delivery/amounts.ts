// How messages write numbers of bytes and spans, and long texts.

/** "9.3 MB", "512 KB", "200 bytes": units of 1024, as the limits are. */
export function megabytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${trim(bytes / 1024)} KB`;
  return `${trim(bytes / 1024 / 1024)} MB`;
}

/** "1 span", "12 spans". */
export function spans(count: number): string {
  return count === 1 ? "1 span" : `${count} spans`;
}

/** A text of at most 200 characters. */
export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

const trim = (value: number): string => value.toFixed(1).replace(/\.0$/, "");
