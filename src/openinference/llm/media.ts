// Images, audio and video of a message as URLs, whether they came as a URL, base64 text or bytes.

/** Base64 starts of common formats, for data that came without its type. */
const BASE64_STARTS: readonly (readonly [start: string, mimeType: string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["SUkq", "image/tiff"],
  ["JVBERi", "application/pdf"],
  ["SUQz", "audio/mpeg"],
  ["//s", "audio/mpeg"],
  ["T2dnUw", "audio/ogg"],
  ["ZkxhQ", "audio/flac"],
];

/** Tells the MIME type of base64 data from its first bytes. */
export function sniffMimeType(base64: string): string | undefined {
  // RIFF holds both sound and pictures; the form type stands at byte 8.
  if (base64.startsWith("UklGR")) {
    return Buffer.from(base64.slice(0, 16), "base64").toString("latin1", 8, 12) === "WEBP"
      ? "image/webp"
      : "audio/wav";
  }
  return BASE64_STARTS.find(([start]) => base64.startsWith(start))?.[1];
}

/** Gives `data:<type>;base64,<data>`; the type is read from the data when it is not known. */
export function dataUrl(base64: string, mimeType?: string): string {
  return `data:${mimeType ?? sniffMimeType(base64) ?? "application/octet-stream"};base64,${base64}`;
}

/** Gives the URL of media that is a URL, a `data:` URL, base64 text, bytes, or a `URL` object. */
export function mediaUrl(value: unknown, mimeType?: string): string | undefined {
  if (typeof value === "string") {
    return /^(?:https?|data|gs|s3|file|blob):/.test(value) ? value : dataUrl(value, mimeType);
  }
  if (value instanceof URL) return value.href;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return dataUrl(bytes.toString("base64"), mimeType);
  }
  if (value instanceof ArrayBuffer) return dataUrl(Buffer.from(value).toString("base64"), mimeType);
  return undefined;
}

/** Gives the kind of content a MIME type stands for in a message. */
export function mediaKind(mimeType: string | undefined): "image" | "audio" | "video" | undefined {
  const kind = mimeType?.split("/", 1)[0];
  return kind === "image" || kind === "audio" || kind === "video" ? kind : undefined;
}
