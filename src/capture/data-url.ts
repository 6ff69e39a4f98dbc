// Files that stand in a text as a data URL: named where they do not fit, as a part of one is of no use.

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w-]+=[^;,]*)*(;base64)?,/i;

/** A data URL by its type and size, as in `[image/png: 48213 bytes]`; `undefined` for any other text. */
export function nameDataUrl(text: string): string | undefined {
  if (!text.startsWith("data:")) return undefined;
  const match = DATA_URL.exec(text);
  if (match === null) return undefined;
  const [head, type = "text/plain", base64] = match;
  const length = text.length - head.length;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = base64 === undefined ? length : Math.floor((length * 3) / 4) - padding;
  return `[${type}: ${bytes} bytes]`;
}
