// Stands in for exporters/wire/untraced.ts in the exit worker, where nothing traces and OpenTelemetry is not loaded.
import type * as Real from "../../../exporters/wire/untraced.ts";

/** Runs `fn`. */
export const untraced: typeof Real.untraced = (fn) => fn();
