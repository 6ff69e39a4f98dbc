// Finds images written as base64 in a text, whatever is around them: a data URI, JSON, JSON inside JSON.
import { imageTypeOfBase64 } from "./image-type.ts";

/** An image as it stands in a text. */
export interface Base64Image {
  /** Without what only its surroundings put into it: line breaks, escapes, percent signs. */
  readonly base64: string;
  readonly mimeType: string;
}

/** Gives what stands in place of an image over the limit. */
export type ReplaceImage = (image: Base64Image) => string;

/** A text of fewer characters is no image, even where the limit is 0. */
const LEAST = 24;
/** A data URI is recognised when its head is not longer. */
const MAX_HEAD = 256;
/** How far beside an image its media type may stand. */
const BESIDE = 300;

/**
 * Replaces every base64 image of more than `maxLength` characters. A data URI counts with its head; what stands alone
 * counts when its first bytes, or a media type beside it, tell that it is an image. `mediaType` is one that is known
 * from outside the text.
 */
export function replaceImages(
  text: string,
  maxLength: number,
  replace: ReplaceImage,
  mediaType?: string,
): string {
  if (text.length <= maxLength) return text;
  return replaceBare(replaceDataUris(text, maxLength, replace), maxLength, replace, mediaType);
}

function replaceDataUris(text: string, maxLength: number, replace: ReplaceImage): string {
  const marks = /;\s*base64,/gi;
  let kept = "";
  let from = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const start = marks.lastIndex;
    const head = /data:([^,"'\s]*)$/i.exec(text.slice(Math.max(from, mark.index - MAX_HEAD), mark.index));
    if (head === null) continue;
    const end = skipBase64(text, start);
    marks.lastIndex = end;
    const uriStart = mark.index - head[0].length;
    if (end - uriStart <= maxLength) continue;
    const base64 = bareBase64(text.slice(start, end));
    const mimeType = /^image\\*\//i.test(head[1] ?? "")
      ? (head[1] ?? "").replaceAll("\\", "").split(";", 1)[0]!.toLowerCase()
      : imageTypeOfBase64(base64);
    if (mimeType === undefined) continue;
    kept += text.slice(from, uriStart) + replace({ base64, mimeType });
    from = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}

function replaceBare(
  text: string,
  maxLength: number,
  replace: ReplaceImage,
  mediaType: string | undefined,
): string {
  const least = Math.max(LEAST, maxLength + 1);
  let kept = "";
  let from = 0;
  for (let run = findRun(text, 0, least); run !== undefined; run = findRun(text, run.end, least)) {
    const start = run.start + leadingEscapes(text, run.start);
    const end = skipBase64(text, start);
    run.end = Math.max(run.end, end);
    if (end - start < least || isDataUri(text, start)) continue;
    const base64 = bareBase64(text.slice(start, end));
    const isWhole = start === 0 && end === text.length;
    const mimeType =
      imageTypeOfBase64(base64) ?? imageTypeBeside(text, start, end) ?? (isWhole ? mediaType : undefined);
    if (mimeType === undefined) continue;
    kept += text.slice(from, start) + replace({ base64, mimeType });
    from = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}

/** Data URIs have been looked at: one that is here still is short enough, or no image. */
const isDataUri = (text: string, start: number): boolean =>
  /;\s*base64,$/i.test(text.slice(Math.max(0, start - 16), start));

/** A media type within the same JSON object as the image. */
function imageTypeBeside(text: string, start: number, end: number): string | undefined {
  const before = text.slice(Math.max(0, start - BESIDE), start);
  const after = text.slice(end, end + BESIDE);
  const beside = `${before.slice(Math.max(before.lastIndexOf("{"), before.lastIndexOf("}")) + 1)} ${after.split(/[{}]/, 1)[0]}`;
  const found = /\bimage\\*\/([a-z0-9.+-]+)/i.exec(beside)?.[1];
  return found === undefined ? undefined : `image/${found.toLowerCase()}`;
}

const BASE64 = 1;
/** What surroundings put between characters of base64: a line break, `\n` and `\/` of JSON, `%2B` of a URI. */
const AROUND = 2;
const CLASSES = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
  CLASSES[character.charCodeAt(0)] = BASE64;
}
for (const character of "\\%\r\n") CLASSES[character.charCodeAt(0)] = AROUND;

const classAt = (text: string, at: number): number => CLASSES[text.charCodeAt(at)] ?? 0;

/** The next run of at least `least` characters that base64 may consist of. Looks at few characters of other text. */
function findRun(text: string, from: number, least: number): { start: number; end: number } | undefined {
  let start = from;
  while (start + least <= text.length) {
    let at = start + least - 1;
    while (at >= start && classAt(text, at) !== 0) at--;
    if (at < start) {
      let end = start + least;
      while (end < text.length && classAt(text, end) !== 0) end++;
      return { start, end };
    }
    start = at + 1;
  }
  return undefined;
}

/** Where the base64 that begins at `start` ends, its padding included. */
function skipBase64(text: string, start: number): number {
  let at = start;
  for (;;) {
    const kind = classAt(text, at);
    if (kind === BASE64) at++;
    else if (kind === AROUND) {
      const length = escapeLength(text, at);
      if (length === 0) break;
      at += length;
    } else break;
  }
  const padding = /^(?:=|%3d){1,2}/i.exec(text.slice(at, at + 6));
  return at + (padding?.[0].length ?? 0);
}

/** Characters of one piece of surroundings; 0 where the base64 is over. */
function escapeLength(text: string, at: number): number {
  return /^(?:[\r\n]|\\+[nr/]|%(?:2b|2f|0d|0a))/i.exec(text.slice(at, at + 40))?.[0].length ?? 0;
}

function leadingEscapes(text: string, start: number): number {
  let at = start;
  for (let length = 1; length > 0; at += length) length = breakLength(text, at);
  return at - start;
}

const breakLength = (text: string, at: number): number =>
  /^(?:[\r\n]|\\+[nr]|%(?:0d|0a))/i.exec(text.slice(at, at + 40))?.[0].length ?? 0;

const bareBase64 = (text: string): string =>
  /[\\%\r\n]/.test(text)
    ? text
        .replace(/[\r\n]|\\+[nr]|%0[da]/gi, "")
        .replace(/\\+\//g, "/")
        .replace(/%2b/gi, "+")
        .replace(/%2f/gi, "/")
        .replace(/%3d/gi, "=")
    : text;
