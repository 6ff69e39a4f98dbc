// The project that spans belong to.
import type { Environment } from "./environment.ts";
import { readText } from "./environment.ts";
import type { RegisterOptions } from "./options.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { rawAttributesOf } from "./resource.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { quote } from "./setting.ts";
import type { Tier } from "./tier.ts";
import { readVariable } from "./tier.ts";

/** The resource attribute that names the Phoenix project. */
const PROJECT_NAME = "openinference.project.name";

/** The project a tier names: `PHOENIX_PROJECT`, else `PHOENIX_PROJECT_NAME`; undefined for neither. */
export function readProject(tier: Tier, problems: Problems): Resolved<string> | undefined {
  const project = readVariable(tier, "PHOENIX_PROJECT");
  const name = readVariable(tier, "PHOENIX_PROJECT_NAME");
  if (project !== undefined && name !== undefined && project.value !== name.value) {
    problems.push({
      code: "PHX115",
      message: `${project.source} is ${quote(project.value)} and ${name.source} is ${quote(name.value)}. Using ${quote(project.value)}. Unset one of them.`,
    });
  }
  return project ?? name;
}

/**
 * The project: option, then what the tiers name, then the resource's own attribute (the caller's resource, then
 * `OTEL_RESOURCE_ATTRIBUTES`), then `default`.
 */
export function resolveProject(
  options: RegisterOptions,
  named: () => Resolved<string> | undefined,
  environment: Environment,
  problems: Problems,
): Resolved<string> {
  const ofVariable = projectOfResourceVariable(environment, problems);
  const option = options.projectName;
  if (option !== undefined && option.trim() !== "") return { value: option, source: "option projectName" };
  return (
    named() ??
    projectOfResource(options.resource, problems) ??
    ofVariable ?? { value: "default", source: DEFAULT_SOURCE }
  );
}

const projectOfResource = (
  resource: RegisterOptions["resource"],
  problems: Problems,
): Resolved<string> | undefined => {
  if (resource === undefined) return undefined;
  // The raw list, because reading `attributes` while a detector is under way logs an error.
  const attributes = rawAttributesOf(resource);
  const [, value] = attributes.find(([key, value]) => key === PROJECT_NAME && value != null) ?? [];
  if (typeof value === "string" && value.trim() !== "") return { value, source: "option resource" };
  if (typeof value === "object" && value !== null && "then" in value) {
    problems.push({
      code: "PHX119",
      message: `option resource finds out its ${PROJECT_NAME} later, but spans need it now. It is not used. Set the option projectName or PHOENIX_PROJECT.`,
    });
  }
  return undefined;
};

/** Reads one attribute the way OpenTelemetry's detector does: one wrong part makes the whole variable void. */
const projectOfResourceVariable = (
  environment: Environment,
  problems: Problems,
): Resolved<string> | undefined => {
  const variable = "OTEL_RESOURCE_ATTRIBUTES";
  const parts = (readText(environment, variable) ?? "").split(",").filter((part) => part.trim() !== "");
  let project: string | undefined;
  for (const [index, part] of parts.entries()) {
    const attribute = parseAttribute(part);
    if (attribute === undefined) {
      problems.push({
        code: "PHX116",
        message: `${variable} has a part that is not key=value, percent-encoded: part ${index + 1} of ${parts.length}. OpenTelemetry drops the whole variable. Correct that part.`,
      });
      return undefined;
    }
    if (attribute.key === PROJECT_NAME && attribute.value !== "") project = attribute.value;
  }
  return project === undefined ? undefined : { value: project, source: variable };
};

const parseAttribute = (part: string): { key: string; value: string } | undefined => {
  const [rawKey = "", rawValue, ...more] = part.split("=");
  if (rawValue === undefined || more.length > 0 || rawKey.trim() === "") return undefined;
  try {
    return { key: decodeURIComponent(rawKey.trim()), value: decodeURIComponent(rawValue.trim()) };
  } catch {
    return undefined;
  }
};
