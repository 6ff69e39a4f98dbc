// Finds `.env.phoenix` from the working directory upward.
import { lstatSync } from "node:fs";
// By name: for a default import Node would read one more file as a program starts.
import { dirname, join, resolve } from "node:path";
import type { Surroundings } from "./environment.ts";

const FILE_NAME = ".env.phoenix";

/** The path of the nearest `.env.phoenix`, of whatever kind it is. */
export function findEnvFilePath({ workingDirectory }: Surroundings): string | undefined {
  if (workingDirectory === undefined) return undefined;
  let directory = resolve(workingDirectory);
  for (;;) {
    const file = join(directory, FILE_NAME);
    if (exists(file)) return file;
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
}

/** Whether something has this name, a dangling link included. What may not be looked at is not there. */
const exists = (file: string): boolean => {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};
