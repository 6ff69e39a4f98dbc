// What delivery's messages call the settings of a configuration.
import type { ResolvedConfig } from "../config/resolve-config.ts";
import type { DeliveryDescription } from "../delivery/failure-text.ts";

/** Names where endpoint, protocol and key came from. Holds no secret: of the key only its length. */
export function describeSettings({ target, protocol, headers }: ResolvedConfig): DeliveryDescription {
  const keySource = headers.sources["authorization"];
  const key = headers.value["authorization"]?.replace(/^Bearer /i, "");
  return {
    endpointSource: target.source,
    ...(protocol.value !== "infer" && { protocolSource: protocol.source }),
    ...(keySource !== undefined && { keySource }),
    ...(key !== undefined && { keyLength: key.length }),
  };
}
