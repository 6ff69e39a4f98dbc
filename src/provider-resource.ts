// The resource of a provider: what the program and its environment say it is, and the project that it traces to.
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { SEMRESATTRS_PROJECT_NAME } from "@arizeai/openinference-semantic-conventions";
import { currentSurroundings } from "./config/environment.ts";
import type { TracerProviderOptions } from "./config/options.ts";
import { isResource } from "./config/resource.ts";
import type { ResolvedConfig } from "./config/resolved-config.ts";

/** What the environment writes into everybody's resource; `undefined` where it says nothing. */
export function environmentResource(): Resource | undefined {
  const { environment } = currentSurroundings();
  const isSet = (environment["OTEL_RESOURCE_ATTRIBUTES"] ?? environment["OTEL_SERVICE_NAME"]) !== undefined;
  return isSet ? detectResources({ detectors: [envDetector] }) : undefined;
}

/** The resource of a provider with these options; later parts win: the SDK's own, the environment's, the option's, the project. */
export function resourceOf(
  { resource }: TracerProviderOptions,
  { projectName }: ResolvedConfig,
  environment: Resource | undefined,
): Resource {
  const given = resource === undefined || isResource(resource) ? resource : resourceFromAttributes(resource);
  const own = resourceFromAttributes({ [SEMRESATTRS_PROJECT_NAME]: projectName.value });
  return [environment, given, own].reduce<Resource>(
    (merged, each) => (each === undefined ? merged : merged.merge(each)),
    defaultResource(),
  );
}
