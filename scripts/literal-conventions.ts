// OpenInference's names of attributes as literals: they are built of pieces in their package, which costs every start.
import * as conventions from "@arizeai/openinference-semantic-conventions";
import type { Rolldown } from "tsdown";

const MODULE = /openinference-semantic-conventions[\\/]dist[\\/][^\\/]+[\\/]index\.js$/;

/** Gives the package with each export as the value that it has. */
export const literalConventions: Rolldown.Plugin = {
  name: "literal-conventions",
  load: {
    filter: { id: MODULE },
    handler: () =>
      Object.entries(conventions)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
        .join(""),
  },
};
