// OpenTelemetry's resource, whose package needs Node: what a program may do with one, without detection.
import type { Attributes } from "@opentelemetry/api";

type RawAttribute = [string, unknown];

class Resource {
  readonly asyncAttributesPending = false;
  readonly attributes: Attributes;
  readonly schemaUrl: string | undefined;

  constructor(attributes: Attributes, schemaUrl?: string) {
    this.attributes = attributes;
    this.schemaUrl = schemaUrl;
  }

  async waitForAsyncAttributes(): Promise<void> {}

  getRawAttributes(): RawAttribute[] {
    return Object.entries(this.attributes);
  }

  /** Gives both as one; what `other` has wins. */
  merge(other: Resource | null): Resource {
    if (other === null) return this;
    return new Resource({ ...this.attributes, ...other.attributes }, other.schemaUrl ?? this.schemaUrl);
  }
}

/** Gives a resource with these attributes. */
export function resourceFromAttributes(attributes: Attributes, options?: { schemaUrl?: string }): Resource {
  return new Resource({ ...attributes }, options?.schemaUrl);
}
