// Reads `.env.phoenix`, only when it can be trusted.
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { findEnvFilePath } from "./env-file-path.ts";
import type { Surroundings } from "./environment.ts";
import { parseEnvFile } from "./parse-env-file.ts";
import type { Problems } from "./resolved.ts";
import type { Tier } from "./tier.ts";

const MAX_FILE_BYTES = 64 * 1024;

/**
 * The nearest `.env.phoenix`. A file that cannot be trusted is named in a warning and ends the search, so that a
 * stranger's file never makes one further up count.
 */
export function findEnvFile(surroundings: Surroundings, problems: Problems): Tier | undefined {
  const file = findEnvFilePath(surroundings);
  return file === undefined ? undefined : readEnvFile(file, surroundings.userId, problems);
}

const readEnvFile = (file: string, userId: number | undefined, problems: Problems): Tier | undefined => {
  const read = readTrusted(file, userId);
  if ("distrust" in read) {
    problems.push({
      code: "PHX109",
      message: `${file} is not read: ${read.distrust}. No file further up is searched. Make it a regular file of your own of at most 64 KiB, remove it, or set PHOENIX_DISCOVER_CONFIG=false.`,
    });
    return undefined;
  }
  if (userId !== undefined && (read.mode & 0o066) !== 0) {
    const others = (read.mode & 0o022) === 0 ? "read" : "write";
    problems.push({
      code: "PHX110",
      message: `Others can ${others} ${file} (mode ${(read.mode & 0o777).toString(8)}); it was used. Run "chmod 600 ${file}".`,
    });
  }
  const { values, brokenLines } = parseEnvFile(read.text);
  for (const line of brokenLines) {
    problems.push({
      code: "PHX112",
      message: `Line ${line} of ${file} is not KEY=value and was skipped. Write it as PHOENIX_…=value, in quotes when the value has " #" in it.`,
    });
  }
  return { environment: values, file };
};

type Read = { readonly text: string; readonly mode: number } | { readonly distrust: string };

const readTrusted = (file: string, userId: number | undefined): Read => {
  let descriptor: number | undefined;
  try {
    // Looked at before it is opened, since opening a device or a pipe can do things, and once more after, since the
    // name may mean another file by then.
    const distrust = distrustOf(statSync(file), userId);
    if (distrust !== undefined) return { distrust };
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    const distrustOpen = distrustOf(stats, userId);
    if (distrustOpen !== undefined) return { distrust: distrustOpen };
    return { text: readText(descriptor), mode: stats.mode };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return { distrust: code === "ENOENT" ? "it is a link to nothing" : `it cannot be read (${code})` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
};

const distrustOf = (stats: Stats, userId: number | undefined): string | undefined => {
  if (!stats.isFile()) return "it is not a regular file";
  if (userId !== undefined && stats.uid !== userId) {
    return `it belongs to user ${stats.uid}, and this process runs as user ${userId}`;
  }
  if (stats.size > MAX_FILE_BYTES) {
    return `it has ${stats.size} bytes, over the limit of ${MAX_FILE_BYTES} bytes`;
  }
  return undefined;
};

/** Reads at most the limit, whatever the file has grown to since. */
const readText = (descriptor: number): string => {
  const buffer = Buffer.alloc(MAX_FILE_BYTES);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, MAX_FILE_BYTES - length, length);
    if (count === 0) return buffer.toString("utf8", 0, length);
    length += count;
  }
};
