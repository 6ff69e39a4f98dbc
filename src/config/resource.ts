// The option `resource`: OpenTelemetry's own, or its attributes as an object.
import type { Attributes } from "@opentelemetry/api";
import type { TracerConfig } from "@opentelemetry/sdk-trace-node";
import type { RegisterOptions } from "./options.ts";

/** A resource of OpenTelemetry's. */
export type Resource = NonNullable<TracerConfig["resource"]>;

/** Whether a value is a resource of the 2.x line. */
export function isResource(value: unknown): value is Resource {
  if (typeof value !== "object" || value === null) return false;
  const { merge, getRawAttributes } = value as Partial<Record<keyof Resource, unknown>>;
  return typeof merge === "function" && typeof getRawAttributes === "function";
}

/** Whether a value is an object of attributes; an instance of a class, such as a resource of the 1.x line, is none. */
export function isResourceAttributes(value: unknown): value is Attributes {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every(isAttribute);
}

/** A primitive, a list, or a promise of either: resources may find something out later. */
const isAttribute = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Array.isArray(value) || "then" in value
    : typeof value !== "function" && typeof value !== "symbol";

/** The attributes of a resource as far as they are known; those that are found out later are promises. */
export function rawAttributesOf(
  resource: NonNullable<RegisterOptions["resource"]>,
): readonly (readonly [string, unknown])[] {
  return isResource(resource) ? resource.getRawAttributes() : Object.entries(resource);
}
