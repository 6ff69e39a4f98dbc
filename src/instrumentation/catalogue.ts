// The SDKs whose clients are traced, a row for each.
import { openai } from "./sdks/openai.ts";
import type { SdkRow } from "./sdk-row.ts";

/** Every SDK that is traced without a wrapper, in the order in which a client is asked whose it is. */
export const catalogue: readonly SdkRow[] = [openai];
