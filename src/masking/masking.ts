// Masks what leaves of a span: the rules of the settings, images over the limit, then the program's own mask.
import type { Attributes, AttributeValue, SpanStatus } from "@opentelemetry/api";
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import type { HideSetting, Mask, MaskingSettings } from "../config/masking-settings.ts";
import { sayOnce } from "../diagnostics.ts";
import { type ReplaceImage, replaceImages } from "./base64-images.ts";
import { BlobUploads } from "./blob-uploads.ts";
import { type Content, contentOf, contentOfEvent, STATUS_MESSAGE } from "./content.ts";
import { REDACTED, type Treatment, treatments } from "./masking-rules.ts";
import { withoutParts } from "./request-parts.ts";
import { factsOf, type SpanFacts } from "./span-facts.ts";
import { askMask } from "./user-mask.ts";

/** What of a span can hold content. */
export interface MaskableSpan {
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly links: readonly { readonly attributes?: Attributes }[];
  readonly status: SpanStatus;
}

/** The parts of a span that masking changed. */
export type MaskedParts<Span extends MaskableSpan> = {
  -readonly [Part in keyof MaskableSpan]?: Span[Part];
};

const NONE: Treatment = {
  omit: false,
  redact: false,
  redactBesideMessages: false,
  loseImages: false,
  loseParts: [],
};

/** The masking of one configuration. Nothing it does throws; what it cannot mask, it hides. */
export class Masking {
  readonly #treatments: ReadonlyMap<Content, Treatment>;
  readonly #maxImageLength: number;
  readonly #uploads: BlobUploads | undefined;
  readonly #mask: Mask | undefined;
  /** Whether only long images can be hidden: the common case, in which a span is but looked through. */
  readonly #hidesNothing: boolean;

  constructor(settings: MaskingSettings, mask?: Mask) {
    this.#treatments = treatments(Object.keys(settings.hidden) as HideSetting[]);
    this.#maxImageLength = settings.base64ImageMaxLength.value;
    this.#uploads = settings.blobUploader && new BlobUploads(settings.blobUploader);
    this.#mask = mask;
    this.#hidesNothing = this.#treatments.size === 0 && mask === undefined;
  }

  /** Gives the parts of a span that leave in another form; `undefined` when the span leaves as it is. */
  mask<Span extends MaskableSpan>(span: Span): MaskedParts<Span> | undefined {
    try {
      return this.#hidesNothing && !this.#isLong(span) ? undefined : this.#changes(span);
    } catch (error) {
      sayOnce("masking", {
        code: "PHX332",
        message: `A span cannot be masked (${error instanceof TypeError ? "TypeError" : "an error"}). It leaves without its attributes, events and status message.`,
      });
      return closed(span);
    }
  }

  /** What is recorded of one attribute of a span; `undefined` leaves it out. */
  attribute(key: string, value: AttributeValue, facts: SpanFacts): AttributeValue | undefined {
    return this.#value(contentOf(key), key, value, facts);
  }

  /** As {@link attribute}, of an event. */
  eventAttribute(
    eventName: string,
    key: string,
    value: AttributeValue,
    facts: SpanFacts,
  ): AttributeValue | undefined {
    return this.#value(contentOfEvent(eventName, key), key, value, facts);
  }

  /** What is recorded of the status of a span. */
  status(status: SpanStatus, facts: SpanFacts): SpanStatus {
    if (typeof status.message !== "string" || status.message === "") return status;
    const message = this.#value("statusMessage", STATUS_MESSAGE, status.message, facts);
    if (message === status.message) return status;
    return message === undefined ? { code: status.code } : { code: status.code, message: String(message) };
  }

  /** Resolves when the uploads of images that are under way have ended; `undefined` when there are none. */
  settled(): Promise<unknown> | undefined {
    return this.#uploads?.settled();
  }

  #changes<Span extends MaskableSpan>(span: Span): MaskedParts<Span> | undefined {
    const facts = factsOf(span);
    const of = (attributes: Attributes, content: (key: string) => Content | undefined): Attributes =>
      mapAttributes(attributes, (key, value) => this.#value(content(key), key, value, facts));
    const attributes = of(span.attributes, contentOf);
    const events = mapList(span.events, (event) =>
      withAttributes(
        event,
        event.attributes && of(event.attributes, (key) => contentOfEvent(event.name, key)),
      ),
    );
    const links = mapList(span.links, (link) =>
      withAttributes(link, link.attributes && of(link.attributes, contentOf)),
    );
    const status = this.status(span.status, facts);
    const changes: MaskedParts<Span> = {};
    if (attributes !== span.attributes) changes.attributes = attributes;
    if (events !== span.events) changes.events = events;
    if (links !== span.links) changes.links = links;
    if (status !== span.status) changes.status = status;
    return Object.keys(changes).length === 0 ? undefined : changes;
  }

  #value(
    content: Content | undefined,
    key: string,
    value: AttributeValue,
    facts: SpanFacts,
  ): AttributeValue | undefined {
    const treatment = content === undefined ? NONE : (this.#treatments.get(content) ?? NONE);
    if (treatment.omit) return undefined;
    const isHidden = treatment.redact || (treatment.redactBesideMessages && facts.hasMessages);
    const ruled = isHidden ? REDACTED : this.#inside(treatment, key, value, facts);
    return this.#mask === undefined ? ruled : askMask(this.#mask, key, ruled, facts.span);
  }

  /** The value without what is hidden inside it. */
  #inside(treatment: Treatment, key: string, value: AttributeValue, facts: SpanFacts): AttributeValue {
    const { loseParts, loseImages } = treatment;
    const kept =
      loseParts.length > 0 && facts.isModelCall && typeof value === "string"
        ? withoutParts(value, loseParts, facts.invocationParameters)
        : value;
    if (typeof kept === "number" || typeof kept === "boolean") return kept;
    if (loseImages) return replaceIn(kept, 0, () => REDACTED, key, facts) as AttributeValue;
    return replaceIn(
      kept,
      this.#maxImageLength,
      facts.eachOnce(this.#replaceImage),
      key,
      facts,
    ) as AttributeValue;
  }

  readonly #replaceImage: ReplaceImage = (image) => this.#uploads?.replace(image) ?? REDACTED;

  /** Whether any text is long enough to hold an image over the limit. */
  #isLong({ attributes, events, links, status }: MaskableSpan): boolean {
    const limit = this.#maxImageLength;
    if (hasLonger(attributes, limit)) return true;
    for (const event of events) if (hasLonger(event.attributes, limit)) return true;
    for (const link of links) if (hasLonger(link.attributes, limit)) return true;
    return typeof status.message === "string" && status.message.length > limit;
  }
}

function hasLonger(attributes: Attributes | undefined, limit: number): boolean {
  for (const key in attributes) {
    const value: unknown = attributes[key];
    if (
      typeof value === "string"
        ? value.length > limit
        : typeof value === "object" && isLonger(value, limit, 0)
    ) {
      return true;
    }
  }
  return false;
}

/** Lists, and objects that foreign SDKs put into attributes. */
function isLonger(value: unknown, limit: number, depth: number): boolean {
  if (typeof value === "string") return value.length > limit;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  // A list of numbers, an embedding for example, holds no text.
  if (Array.isArray(value) && typeof value[0] === "number") return false;
  return depth > MAX_DEPTH || Object.values(value).some((item) => isLonger(item, limit, depth + 1));
}

const MAX_DEPTH = 8;

function replaceIn(
  value: unknown,
  maxLength: number,
  replace: ReplaceImage,
  key: string,
  facts: SpanFacts,
  depth = 0,
): unknown {
  if (typeof value === "string") {
    if (value.length <= maxLength) return value;
    return replaceImages(value, maxLength, replace, facts.mediaTypeOf(key));
  }
  if (!isLonger(value, maxLength, depth)) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  const inside = (item: unknown): unknown => replaceIn(item, maxLength, replace, key, facts, depth + 1);
  if (Array.isArray(value)) return mapList(value, inside);
  return mapAttributes(value as Attributes, (_, item) => inside(item) as AttributeValue);
}

/** The same attributes where `change` changes none. */
function mapAttributes(
  attributes: Attributes,
  change: (key: string, value: AttributeValue) => AttributeValue | undefined,
): Attributes {
  let changed: Attributes | undefined;
  const keys = Object.keys(attributes);
  for (const [index, key] of keys.entries()) {
    const value = read(attributes, key);
    const result = value === undefined || value === null ? value : change(key, value);
    if (changed === undefined) {
      if (result === value) continue;
      changed = {};
      for (const before of keys.slice(0, index)) changed[before] = read(attributes, before);
    }
    if (result !== undefined) changed[key] = result;
  }
  return changed ?? attributes;
}

function read(attributes: Attributes, key: string): AttributeValue | undefined {
  try {
    return attributes[key];
  } catch {
    return undefined;
  }
}

function mapList<T>(list: readonly T[], change: (item: T) => T): T[] {
  let isChanged = false;
  const changed = list.map((item) => {
    const result = change(item);
    if (result !== item) isChanged = true;
    return result;
  });
  return isChanged ? changed : (list as T[]);
}

const withAttributes = <T extends { readonly attributes?: Attributes }>(
  holder: T,
  attributes: Attributes | undefined,
): T => (attributes === holder.attributes ? holder : { ...holder, attributes });

const KIND = SemanticConventions.OPENINFERENCE_SPAN_KIND;

function closed<Span extends MaskableSpan>(span: Span): MaskedParts<Span> {
  const kind = read(span.attributes ?? {}, KIND);
  return {
    attributes: kind === undefined ? {} : { [KIND]: kind },
    events: [],
    links: [],
    status: { code: span.status?.code ?? 0 },
  };
}
