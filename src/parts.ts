// Node's build of this package reads some parts only when they are needed: see `LATER` in tsdown.config.ts.
import { errorText, sayOnce } from "./diagnostics.ts";

/**
 * Gives what `part` refers to. Where its file cannot be read any more, as after an update under a running program,
 * says so once and gives `undefined`: the program goes on without it.
 */
export function loadPart<Part>(part: () => Part, consequence: string): Part | undefined {
  try {
    return part();
  } catch (error) {
    sayOnce(`load:${consequence}`, {
      code: "PHX204",
      message: `A part of phoenix-otel cannot be loaded: ${errorText(error)}. ${consequence}. Restart the program after an update of its packages.`,
    });
    return undefined;
  }
}
