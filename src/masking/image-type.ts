// What an image is, told by its first bytes.

/** How the base64 of each format begins. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^iVBORw0KGg[o-r]/, "image/png"],
  [/^[/_]9j[/_]/, "image/jpeg"],
  [/^R0lGOD[dl]h/, "image/gif"],
  [/^UklGR.{6}XRUJQ/, "image/webp"],
  [/^Qk[0-3].{5}AAAA/, "image/bmp"],
  [/^SUkqA|^TU0AK/, "image/tiff"],
  [/^AAAA..Z0eXBhdml/, "image/avif"],
  [/^AAAA..Z0eXB(?:oZWl|oZXZ|taWYx|tc2Yx)/, "image/heic"],
  [/^PHN2Z[wy]/, "image/svg+xml"],
  [/^AAABAA/, "image/x-icon"],
];

/** The media type of an image in base64; `undefined` when the first bytes are those of none. */
export function imageTypeOfBase64(base64: string): string | undefined {
  const beginning = base64.slice(0, 512);
  const found = BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1];
  return found ?? (isSvgDocument(beginning) ? "image/svg+xml" : undefined);
}

/** An SVG may begin as any XML does: `<?xml`, a comment, a document type. */
const isSvgDocument = (beginning: string): boolean =>
  /^PD94bWwg|^PCEt|^PCFET0NUWVBFIHN2Z/.test(beginning) &&
  /<svg|doctype svg/i.test(Buffer.from(beginning, "base64").toString("latin1"));
