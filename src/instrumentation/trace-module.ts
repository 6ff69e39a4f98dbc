// Traces every client of a loaded copy of an SDK, by the prototypes of its classes.
import { guarded } from "../openinference/read-value.ts";
import { processSlot } from "../process-slot.ts";
import { catalogue } from "./catalogue.ts";
import { splitPath } from "./member-path.ts";
import { replaceMethod, takeBack, type Replacement } from "./replace-method.ts";
import type { Exports, SdkRow } from "./sdk-row.ts";

/** What was replaced, by SDK, by every loaded copy of this package. */
const replaced = processSlot("traced-modules", 1, () => new Map<string, Replacement[]>());

/**
 * Traces all clients of one loaded copy of an SDK, those made before included, by patching the prototypes of its classes.
 * `sdk` is the package's name, `moduleExports` what its main module exports, as `require()` or `import()` gives it. Gives
 * whether something is traced now, by this call or an earlier one; methods that the program's own instrumentation has
 * patched are left to it. Never throws.
 */
export function traceModule(sdk: string, moduleExports: unknown): boolean {
  const row = catalogue.find((each) => each.sdk === sdk);
  const isModule = typeof moduleExports === "object" || typeof moduleExports === "function";
  if (row === undefined || !isModule || moduleExports === null) return false;
  return guarded(() => patchPrototypes(row, moduleExports as Exports)) ?? false;
}

/** Takes back what `traceModule` patched, of all copies of one SDK, or of all SDKs. */
export function untraceModules(sdk?: string): void {
  for (const [name, replacements] of replaced) {
    if (sdk !== undefined && name !== sdk) continue;
    for (const replacement of replacements.splice(0).toReversed()) guarded(() => takeBack(replacement));
  }
}

function patchPrototypes(sdk: SdkRow, exports: Exports): boolean {
  let isTraced = false;
  const list = replaced.get(sdk.sdk) ?? [];
  replaced.set(sdk.sdk, list);
  for (const [path, prototype] of sdk.prototypes(exports)) {
    if (typeof prototype !== "object" || prototype === null) continue;
    for (const row of sdk.calls) {
      const { holder, method } = splitPath(row.path);
      if (holder !== path) continue;
      const became = guarded(() =>
        replaceMethod(prototype, method, sdk, row, undefined, (replacement) => list.push(replacement)),
      );
      isTraced ||= became === "traced";
    }
  }
  return isTraced;
}
