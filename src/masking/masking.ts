// Masks what leaves of a span: the rules of the settings, images over the limit, then the program's own mask.
import type { Attributes, AttributeValue, SpanStatus } from "@opentelemetry/api";
import type { HideSetting, Mask, MaskingSettings } from "../config/masking-settings.ts";
import { type ReplaceImage, replaceImages } from "./base64-images.ts";
import { BlobUploads } from "./blob-uploads.ts";
import { type Content, contentOf, contentOfMessageEvent, STATUS_MESSAGE } from "./content.ts";
import { KeyMemory } from "./key-memory.ts";
import { isLonger, MAX_DEPTH } from "./long-text.ts";
import { REDACTED, type Treatment, treatments, UNTREATED } from "./masking-rules.ts";
import { withoutParts } from "./request-parts.ts";
import { type FactualSpan, SpanFacts } from "./span-facts.ts";
import { askMask } from "./user-mask.ts";

/** What of a span can hold content. */
export interface MaskableSpan {
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly links: readonly { readonly attributes?: Attributes }[];
  readonly status: SpanStatus;
}

/** What can hold content, as masking leaves it. */
export type MaskedParts<Span extends MaskableSpan = MaskableSpan> = Pick<Span, keyof MaskableSpan>;

/** The masking of one configuration. */
export class Masking {
  readonly #treatments: ReadonlyMap<Content, Treatment>;
  readonly #byKey = new KeyMemory((key) => this.#treatmentOf(contentOf(key)));
  readonly #maxImageLength: number;
  readonly #uploads: BlobUploads | undefined;
  readonly #mask: Mask | undefined;

  constructor(settings: MaskingSettings, mask?: Mask) {
    this.#treatments = treatments(Object.keys(settings.hidden) as HideSetting[]);
    this.#maxImageLength = settings.base64ImageMaxLength.value;
    this.#uploads = settings.blobUploader && new BlobUploads(settings.blobUploader);
    this.#mask = mask;
  }

  /** What is recorded of one attribute of a span; `undefined` leaves it out. */
  attribute(key: string, value: AttributeValue, facts: SpanFacts): AttributeValue | undefined {
    return this.#value(this.#byKey.get(key), key, value, facts);
  }

  /** As {@link attribute}, of an event. */
  eventAttribute(
    eventName: string,
    key: string,
    value: AttributeValue,
    facts: SpanFacts,
  ): AttributeValue | undefined {
    const content = contentOfMessageEvent(eventName, key);
    const treatment = content === undefined ? this.#byKey.get(key) : this.#treatmentOf(content);
    return this.#value(treatment, key, value, facts);
  }

  /** What is recorded of the status of a span. */
  status(status: SpanStatus, facts: SpanFacts): SpanStatus {
    if (typeof status.message !== "string" || status.message === "") return status;
    const message = this.#value(this.#byKey.get(STATUS_MESSAGE), STATUS_MESSAGE, status.message, facts);
    if (message === status.message) return status;
    return message === undefined ? { code: status.code } : { code: status.code, message: String(message) };
  }

  /** Resolves when the uploads of images that are under way have ended; `undefined` when there are none. */
  settled(): Promise<unknown> | undefined {
    return this.#uploads?.settled();
  }

  /** What of a span can hold content, as it leaves; `undefined` when the span leaves as it is. May throw. */
  mask<Span extends MaskableSpan>(span: Span, live?: FactualSpan): MaskedParts<Span> | undefined {
    const facts = new SpanFacts(span, live);
    const attributes = this.#attributes(span.attributes, facts);
    const events = span.events.length === 0 ? span.events : this.#events(span.events, facts);
    const links = span.links.length === 0 ? span.links : this.#links(span.links, facts);
    const status = this.status(span.status, facts);
    const isChanged =
      attributes !== span.attributes ||
      events !== span.events ||
      links !== span.links ||
      status !== span.status;
    return isChanged ? { attributes, events, links, status } : undefined;
  }

  #events(events: MaskableSpan["events"], facts: SpanFacts): MaskableSpan["events"] {
    return mapList(events, (event) =>
      withAttributes(event, event.attributes && this.#attributes(event.attributes, facts, event.name)),
    );
  }

  #links(links: MaskableSpan["links"], facts: SpanFacts): MaskableSpan["links"] {
    return mapList(links, (link) =>
      withAttributes(link, link.attributes && this.#attributes(link.attributes, facts)),
    );
  }

  /** The same attributes where none is changed. Runs for every span: no closure, no list of keys. */
  #attributes(attributes: Attributes, facts: SpanFacts, eventName?: string): Attributes {
    let changed: Attributes | undefined;
    const inherits = hasInherited(attributes);
    for (const key in attributes) {
      const value = attributes[key];
      if (value === undefined || value === null || (inherits && !Object.hasOwn(attributes, key))) continue;
      const result =
        eventName === undefined
          ? this.#value(this.#byKey.get(key), key, value, facts)
          : this.eventAttribute(eventName, key, value, facts);
      if (changed === undefined) {
        if (result === value) continue;
        changed = before(attributes, key);
      }
      if (result !== undefined) changed[key] = result;
    }
    return changed ?? attributes;
  }

  #treatmentOf(content: Content | undefined): Treatment {
    return (content === undefined ? undefined : this.#treatments.get(content)) ?? UNTREATED;
  }

  #value(
    treatment: Treatment,
    key: string,
    value: AttributeValue,
    facts: SpanFacts,
  ): AttributeValue | undefined {
    if (treatment.omit) return undefined;
    const isHidden = treatment.redact || (treatment.redactBesideMessages && facts.hasMessages);
    const ruled = isHidden ? REDACTED : this.#inside(treatment, key, value, facts);
    return this.#mask === undefined ? ruled : askMask(this.#mask, key, ruled, facts.span);
  }

  /** The value without what is hidden inside it. */
  #inside(treatment: Treatment, key: string, value: AttributeValue, facts: SpanFacts): AttributeValue {
    if (typeof value === "number" || typeof value === "boolean") return value;
    let kept: AttributeValue = value;
    if (treatment !== UNTREATED) {
      const { loseParts, loseImages } = treatment;
      if (loseParts.length > 0 && facts.isModelCall && typeof value === "string") {
        kept = withoutParts(value, loseParts, facts.invocationParameters);
      }
      if (loseImages) kept = replaceIn(kept, 0, () => REDACTED, facts.mediaTypeOf(key)) as AttributeValue;
    }
    const limit = this.#maxImageLength;
    if (typeof kept === "string" ? kept.length <= limit : !isLonger(kept, limit)) return kept;
    const replace: ReplaceImage = (image) => facts.replacement(image, this.#replaceImage);
    return replaceIn(kept, limit, replace, facts.mediaTypeOf(key)) as AttributeValue;
  }

  readonly #replaceImage: ReplaceImage = (image) => this.#uploads?.replace(image) ?? REDACTED;
}

function replaceIn(
  value: unknown,
  maxLength: number,
  replace: ReplaceImage,
  mediaType: string | undefined,
  depth = 0,
): unknown {
  if (typeof value === "string") return replaceImages(value, maxLength, replace, mediaType);
  if (!isLonger(value, maxLength, depth)) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  const inside = (item: unknown): unknown => replaceIn(item, maxLength, replace, mediaType, depth + 1);
  if (Array.isArray(value)) return mapList(value, inside);
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, inside(item)]));
}

/** Whether a loop over an object's names may come across some that are not its own. */
function hasInherited(object: object): boolean {
  if (Object.getPrototypeOf(object) !== Object.prototype) return true;
  for (const _ in NOTHING) return true;
  return false;
}

const NOTHING = {};

/** A copy of what comes before `end`. */
function before(attributes: Attributes, end: string): Attributes {
  const copy: Attributes = {};
  for (const key in attributes) {
    if (key === end) break;
    if (Object.hasOwn(attributes, key)) copy[key] = attributes[key];
  }
  return copy;
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
