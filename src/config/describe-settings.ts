// What delivery's messages call the settings of a configuration.
import type { ResolvedConfig } from "./resolved-config.ts";

/** Where the settings came from, as text. Holds no secret. */
export interface DescribedSettings {
  readonly endpointSource: string;
  /** Set when a protocol was named. */
  readonly protocolSource?: string;
  /** Where the key, or the `authorization` header, came from; `undefined` when none is sent. */
  readonly keySource?: string;
  /** Characters of the key, when that is known. */
  readonly keyLength?: number;
}

/** Names where endpoint, protocol and key came from. Holds no secret: of the key only its length. */
export function describeSettings({ target, protocol, headers }: ResolvedConfig): DescribedSettings {
  const keySource = headers.sources["authorization"];
  const key = headers.value["authorization"]?.replace(/^Bearer /i, "");
  return {
    endpointSource: target.source,
    ...(protocol.value !== "infer" && { protocolSource: protocol.source }),
    ...(keySource !== undefined && { keySource }),
    ...(key !== undefined && { keyLength: key.length }),
  };
}
