// The project a span goes to, put onto resources that do not name one.
import type { ResourceAttributes } from "./join-request.ts";

/** The resource attribute that Phoenix reads a span's project from. */
const PROJECT_NAME = "openinference.project.name";

/**
 * Gives a resource's attributes with the project added when they lack one, as in another vendor's
 * provider. A resource that names its project keeps it.
 */
export function withProject(projectName: string): ResourceAttributes {
  return ({ attributes }) =>
    attributes?.[PROJECT_NAME] === undefined ? { ...attributes, [PROJECT_NAME]: projectName } : attributes;
}
