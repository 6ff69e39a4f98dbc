// What reads options, variables and files, and tells what is wrong with them: read only where there are any.
import { LaterPart } from "../parts.ts";
import { describeConfig } from "./describe-config.ts";
import { resolveMasking, validateTraceConfig } from "./masking-settings.ts";
import { refuseWrongNames } from "./option-names.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { endpointGiven } from "./traces-url.ts";

/** The doors of the part. */
interface SettingsPart {
  readonly describeConfig: typeof describeConfig;
  readonly endpointGiven: typeof endpointGiven;
  readonly refuseWrongNames: typeof refuseWrongNames;
  readonly resolveMasking: typeof resolveMasking;
  readonly resolveSettings: typeof resolveSettings;
  readonly validateTraceConfig: typeof validateTraceConfig;
}

/** To be asked urgently: whoever gives options waits for them. */
export const settingsPart: LaterPart<SettingsPart> = new LaterPart<SettingsPart>(
  () => ({
    describeConfig,
    endpointGiven,
    refuseWrongNames,
    resolveMasking,
    resolveSettings,
    validateTraceConfig,
  }),
  "Options and variables are not read: register() records nothing, and processors and exporters send nothing",
);
