// Which versions of each SDK are traced, and by what: the rows of docs/auto-instrumentation.md.
import { catalogue } from "./catalogue.ts";
import { foreignSdks } from "./foreign/foreign-sdks.ts";

/** One SDK that `autoInstrument` knows. */
export interface SupportedSdk {
  readonly sdk: string;
  /** The majors. */
  readonly versions: string;
  /** What traces it. */
  readonly by: string;
}

/** Every SDK that `autoInstrument` knows. */
export function supportedSdks(): readonly SupportedSdk[] {
  return [
    ...catalogue.map(({ sdk, versions }) => ({ sdk, versions, by: "phoenix-otel, by the methods of its clients" })),
    { sdk: "ai", versions: "6 - 7", by: "phoenix-otel, by its own registry of telemetry integrations" },
    ...foreignSdks.map(({ sdk, versions, instrumentation }) => ({
      sdk,
      versions,
      by: `\`${instrumentation}\`, which you install`,
    })),
  ];
}

/** The majors of an SDK that are traced. */
export function supportedVersions(sdk: string): string {
  return supportedSdks().find((each) => each.sdk === sdk)?.versions ?? "of other versions";
}
