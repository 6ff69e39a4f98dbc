// Which versions of each SDK are traced, and by what: the rows of docs/auto-instrumentation.md.
import { catalogue } from "./catalogue.ts";
import { foreignSdks } from "./foreign/foreign-sdks.ts";

/** One SDK that `autoInstrument` knows. */
export interface SupportedSdk {
  readonly sdk: string;
  /** The majors. */
  readonly versions: string;
  /** What traces it: us, where it says nothing. */
  readonly instrumentation?: string;
}

/** Every SDK that `autoInstrument` knows. */
export function supportedSdks(): readonly SupportedSdk[] {
  return [
    ...catalogue.map(({ sdk, versions }) => ({ sdk, versions })),
    { sdk: "ai", versions: "6 - 7" },
    ...foreignSdks.map(({ sdk, versions, instrumentation }) => ({ sdk, versions, instrumentation })),
  ];
}

/** The majors of an SDK that are traced. */
export function supportedVersions(sdk: string): string {
  return supportedSdks().find((each) => each.sdk === sdk)?.versions ?? "of other versions";
}
