// What can be known at registration about sending these headers to this place.
import { PHOENIX_CLOUD_HOST } from "./endpoint.ts";
import type { HeaderLayer, ResolvedHeaders } from "./headers.ts";
import type { Location } from "./location.ts";
import type { RegisterOptions } from "./options.ts";
import { isPrivateHost } from "./hosts.ts";
import type { Problems, Resolved } from "./resolved.ts";
import type { Protocol } from "./target.ts";

const CREDENTIAL_NAME = /auth|key|token|secret|passw|credential|cookie/;

/** Everything {@link warnOfDestination} looks at. */
export interface DestinationFacts {
  readonly location: Location;
  readonly protocol: Resolved<Protocol | "infer">;
  readonly headers: ResolvedHeaders;
  /** The headers that came from options or from the process environment. */
  readonly ownLayers: readonly HeaderLayer[];
  readonly options: RegisterOptions;
}

/** Pushes a problem for each thing that is done as asked and is probably not meant. */
export function warnOfDestination(facts: DestinationFacts, problems: Problems): void {
  const { location, protocol, headers, ownLayers, options } = facts;
  const { value: endpoint, source } = location.endpoint;

  if (endpoint.host === PHOENIX_CLOUD_HOST && (protocol.value === "grpc" || grpcByScheme(facts))) {
    const named = protocol.value === "grpc" ? protocol.source : source;
    problems.push({
      code: "PHX114",
      message: `${named} names gRPC for ${endpoint.host}, and Phoenix Cloud takes HTTP. Sending by gRPC as asked. Set it to "http/protobuf" or name no protocol.`,
    });
  }
  if (endpoint.grpc && protocol.value === "http/protobuf") {
    problems.push({
      code: "PHX118",
      message: `${source} is written with grpc://, and ${protocol.source} is "http/protobuf". Sending by HTTP. Change one of them.`,
    });
  }

  const credential = Object.entries(headers.sources).find(([name]) => CREDENTIAL_NAME.test(name));
  if (credential !== undefined && endpoint.scheme === "http" && !isPrivateHost(endpoint.host)) {
    problems.push({
      code: "PHX113",
      message: `${credential[1]} goes to ${endpoint.host} (from ${source}) over plain http, where anybody on the way can read it. Sending it as asked. Use https://.`,
    });
  }

  const { file } = location.endpoint;
  const own = [
    ...ownLayers.map((layer) => layer.source),
    ...(typeof options.headers === "function" ? ["option headers"] : []),
    ...(typeof options.apiKey === "function" ? ["option apiKey"] : []),
  ];
  if (file !== undefined && own.length > 0) {
    problems.push({
      code: "PHX111",
      message: `${own.join(", ")} goes to ${endpoint.host}, which ${source} names. Sending as asked. Set PHOENIX_COLLECTOR_ENDPOINT in the environment, or move the key into the file, so that both come from one place.`,
    });
  }
}

const grpcByScheme = ({ location, protocol }: DestinationFacts): boolean =>
  location.endpoint.value.grpc && protocol.value === "infer";
