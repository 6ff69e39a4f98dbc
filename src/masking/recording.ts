// Masking for the wrappers alone: in another vendor's provider no processor of ours masks what they record.
import type { Attributes, AttributeValue, Exception, Span, SpanStatus } from "@opentelemetry/api";
import {
  LLM_INVOCATION_PARAMETERS,
  INPUT_VALUE,
  OUTPUT_VALUE,
  SemanticConventions,
} from "@arizeai/openinference-semantic-conventions";
import { currentSurroundings } from "../config/environment.ts";
import { type Mask, type MaskingSettings, resolveMasking } from "../config/masking-settings.ts";
import { DEFAULT_SOURCE } from "../config/resolved.ts";
import { DelegatingSpan } from "../openinference/delegating-span.ts";
import type { InspectableSpan } from "../openinference/inspectable-span.ts";
import { contentOf, MESSAGES } from "./content.ts";
import { Masking } from "./masking.ts";
import { recording } from "./recording-settings.ts";
import { SpanFacts } from "./span-facts.ts";

/**
 * What wrappers hide on spans that no processor of ours sees: what `register()` was told, else what the environment says;
 * `undefined` when that is nothing.
 */
export function recordingMasking(): Masking | undefined {
  if (recording.masking === undefined) recording.masking = createMasking();
  return recording.masking ?? undefined;
}

function createMasking(): Masking | null {
  const settings = recording.settings ?? resolveMasking({}, currentSurroundings().environment, []);
  return masks(settings, recording.mask) ? new Masking(settings, recording.mask) : null;
}

const masks = (settings: MaskingSettings, mask: Mask | undefined): boolean =>
  mask !== undefined ||
  Object.keys(settings.hidden).length > 0 ||
  settings.base64ImageMaxLength.source !== DEFAULT_SOURCE ||
  settings.blobUploader !== undefined;

/** The attributes that a span starts with, masked. */
export function maskedAttributes(masking: Masking, attributes: Attributes): Attributes {
  return maskEach(attributes, new SpanFacts({ attributes, events: [] }), masking);
}

const KIND = SemanticConventions.OPENINFERENCE_SPAN_KIND;
/** Attributes that are masked by what else is on the span. */
const VALUES = [INPUT_VALUE, OUTPUT_VALUE];
/** Attributes that decide about those. */
const DECIDING: ReadonlySet<string> = new Set([KIND, LLM_INVOCATION_PARAMETERS, ...VALUES]);

/** Masks everything on its way to a span. */
export class MaskedSpan extends DelegatingSpan implements InspectableSpan {
  readonly #masking: Masking;
  readonly #inner: InspectableSpan;
  /** As they came: what decides about other attributes. */
  readonly #deciding: Attributes = {};
  #facts: SpanFacts;

  /** `start` are the attributes that the span started with, as they came. */
  constructor(span: InspectableSpan, masking: Masking, start: Attributes) {
    super(span);
    this.#inner = span;
    this.#masking = masking;
    this.#facts = this.#noted(start);
  }

  get attributes(): Attributes {
    return this.#inner.attributes;
  }

  get status(): SpanStatus {
    return this.#inner.status;
  }

  override setAttribute(key: string, value: AttributeValue): this {
    return this.setAttributes({ [key]: value });
  }

  override setAttributes(attributes: Attributes): this {
    this.#facts = this.#noted(attributes);
    // A value recorded before may repeat what this brings: messages, tools.
    for (const key of VALUES) {
      const value = this.#deciding[key];
      if (value === undefined || Object.hasOwn(attributes, key)) continue;
      const masked = this.#masking.attribute(key, value, this.#facts);
      if (masked !== undefined && masked !== this.attributes[key]) super.setAttribute(key, masked);
    }
    return super.setAttributes(maskEach(attributes, this.#facts, this.#masking));
  }

  override setStatus(status: SpanStatus): this {
    return super.setStatus(this.#masking.status(status, this.#facts));
  }

  override addEvent(...[name, attributes, time]: Parameters<Span["addEvent"]>): this {
    if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
      return super.addEvent(name, attributes, time);
    }
    if (attributes instanceof Date) return super.addEvent(name, attributes, time);
    return super.addEvent(name, this.#event(name, attributes), time);
  }

  override addLink(...[link]: Parameters<Span["addLink"]>): this {
    const { attributes } = link;
    return super.addLink(
      attributes === undefined
        ? link
        : { ...link, attributes: maskEach(attributes, this.#facts, this.#masking) },
    );
  }

  override addLinks(...[links]: Parameters<Span["addLinks"]>): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  override recordException(...[exception, time]: Parameters<Span["recordException"]>): void {
    const { code, name, message, stack } = textsOf(exception);
    const texts = this.#event("exception", { "exception.message": message, "exception.stacktrace": stack });
    const masked = {
      ...(code !== undefined && { code }),
      ...(name !== undefined && { name }),
      message: texts["exception.message"],
      stack: texts["exception.stacktrace"],
    };
    super.recordException(masked as Exception, time);
  }

  #event(name: string, attributes: Attributes): Attributes {
    const masked: Attributes = {};
    for (const [key, value] of Object.entries(attributes)) {
      if (value === undefined || value === null) continue;
      const result = this.#masking.eventAttribute(name, key, value, this.#facts);
      if (result !== undefined) masked[key] = result;
    }
    return masked;
  }

  #noted(attributes: Attributes): SpanFacts {
    for (const [key, value] of Object.entries(attributes)) {
      const content = contentOf(key);
      if (DECIDING.has(key)) this.#deciding[key] = value;
      else if (content !== undefined && MESSAGES.has(content)) this.#deciding[key] = true;
    }
    return new SpanFacts({ attributes: this.#deciding, events: [] });
  }
}

interface ExceptionTexts {
  readonly code?: string | number | undefined;
  readonly name?: string | undefined;
  readonly message?: string | undefined;
  readonly stack?: string | undefined;
}

/** What OpenTelemetry records of an exception, each where it is a text. */
function textsOf(exception: unknown): ExceptionTexts {
  if (typeof exception !== "object" || exception === null)
    return { message: typeof exception === "string" ? exception : undefined };
  const { code, name, message, stack } = exception as Record<keyof ExceptionTexts, unknown>;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    code: typeof code === "number" ? code : text(code),
    name: text(name),
    message: text(message),
    stack: text(stack),
  };
}

function maskEach(attributes: Attributes, facts: SpanFacts, masking: Masking): Attributes {
  const masked: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    const result = masking.attribute(key, value, facts);
    if (result !== undefined) masked[key] = result;
  }
  return masked;
}
