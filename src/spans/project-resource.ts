// The project a span goes to, as an attribute of its resource: Phoenix reads it there.
import type { Attributes } from "@opentelemetry/api";
import type { OutgoingSpan } from "./outgoing-span.ts";
import { isReadable, read, readableRecord } from "./readable-value.ts";

type Resource = OutgoingSpan["resource"];
type RawAttribute = ReturnType<Resource["getRawAttributes"]>[number];

/** The resource attribute that Phoenix reads a span's project from. */
const PROJECT_NAME = "openinference.project.name";

/** Projects remembered for one resource: a program may make up new ones for ever. */
const MAX_PROJECTS = 1000;

const known = new WeakMap<Resource, Map<string, Resource>>();

/**
 * Gives the resource of spans that go to `projectName`: the resource itself when it names that project, or any project
 * unless the given one `wins`; else one derived from it, the same one each time, since requests group by identity. What a
 * detector finds late is in the derived one too, and what cannot be read is not.
 */
export function projectResource(
  resource: Resource,
  projectName: string,
  { wins = false }: { wins?: boolean } = {},
): Resource {
  let projects = known.get(resource);
  if (projects === undefined) known.set(resource, (projects = new Map()));
  const key = `${wins ? "wins" : "fills"} ${projectName}`;
  let found = projects.get(key);
  if (found === undefined) {
    found = isFit(resource, wins ? projectName : undefined)
      ? resource
      : new ProjectResource(resource, projectName, wins);
    if (projects.size >= MAX_PROJECTS) projects.clear();
    projects.set(key, found);
  }
  return found;
}

/** Whether the resource can be read and names a project, a certain one if that is given. */
function isFit(resource: Resource, projectName: string | undefined): boolean {
  const named = read(() => namedProject(resource));
  if (named === undefined || named === null || named !== (projectName ?? named)) return false;
  return read(() => isPending(resource) || isReadable(resource.attributes)) === true;
}

/** The project that a resource names by itself. Attributes are not asked for while a detector works on them. */
function namedProject(resource: Resource): unknown {
  const raw = (resource as Partial<Resource>).getRawAttributes?.();
  if (raw !== undefined) return raw.find(([key, value]) => key === PROJECT_NAME && value != null)?.[1];
  return isPending(resource) ? undefined : resource.attributes[PROJECT_NAME];
}

const isPending = (resource: Resource): boolean => resource.asyncAttributesPending === true;

/** A resource, of whatever version of OpenTelemetry, with a project. No member throws or rejects. */
class ProjectResource implements Resource {
  readonly #base: Resource;
  readonly #projectName: string;
  readonly #wins: boolean;
  #attributes: Attributes | undefined;

  constructor(base: Resource, projectName: string, wins: boolean) {
    this.#base = base;
    this.#projectName = projectName;
    this.#wins = wins;
  }

  get attributes(): Attributes {
    if (this.#attributes !== undefined) return this.#attributes;
    const own: Attributes = readableRecord(read(() => this.#base.attributes));
    const keeps = !this.#wins && own[PROJECT_NAME] !== undefined;
    const attributes = keeps ? own : { ...own, [PROJECT_NAME]: this.#projectName };
    if (!this.asyncAttributesPending) this.#attributes = attributes;
    return attributes;
  }

  get asyncAttributesPending(): boolean {
    return read(() => isPending(this.#base)) === true;
  }

  get schemaUrl(): string {
    const url = read((): unknown => this.#base.schemaUrl);
    return typeof url === "string" ? url : "";
  }

  async waitForAsyncAttributes(): Promise<void> {
    try {
      await this.#base.waitForAsyncAttributes?.();
    } catch {
      // The attributes that are there are sent.
    }
  }

  merge(other: Resource | null): Resource {
    const merged = read(() => this.#base.merge(other)) ?? this.#base;
    return new ProjectResource(merged, this.#projectName, this.#wins);
  }

  /** Of two with one key OpenTelemetry takes the first. */
  getRawAttributes(): RawAttribute[] {
    const raw = read(() => this.#base.getRawAttributes());
    const own: RawAttribute[] = Array.isArray(raw) ? raw : Object.entries(this.attributes);
    const project: RawAttribute = [PROJECT_NAME, this.#projectName];
    return this.#wins ? [project, ...own] : [...own, project];
  }
}
