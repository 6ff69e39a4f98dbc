// What masking has to know of a whole span to mask one of its values. Looked up when first asked.
import type { Attributes } from "@opentelemetry/api";
import {
  LLM_INVOCATION_PARAMETERS,
  OpenInferenceSpanKind,
  SemanticConventions,
} from "@arizeai/openinference-semantic-conventions";
import type { Base64Image, ReplaceImage } from "./base64-images.ts";
import { contentOf, contentOfEvent, MESSAGES } from "./content.ts";

/** A span as far as its facts go. */
export interface FactualSpan {
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes?: Attributes }[];
}

/** The facts of one span. */
export class SpanFacts {
  /** The span itself, for the program's own mask. */
  readonly span: FactualSpan;
  readonly #live: FactualSpan | undefined;
  #hasMessages: boolean | undefined;
  #replaced: Map<string, string> | undefined;

  /** `live` is the span before it was translated: what it had of messages may stand in a value now. */
  constructor(span: FactualSpan, live?: FactualSpan) {
    this.span = span;
    this.#live = live === span ? undefined : live;
  }

  /** Whether it is a call to a model. */
  get isModelCall(): boolean {
    return this.span.attributes[KIND] === OpenInferenceSpanKind.LLM;
  }

  /** Whether its input and output value repeat messages. */
  get hasMessages(): boolean {
    const live = this.#live;
    this.#hasMessages ??=
      this.isModelCall || namesMessages(this.span) || (live !== undefined && namesMessages(live));
    return this.#hasMessages;
  }

  get invocationParameters(): unknown {
    return this.span.attributes[LLM_INVOCATION_PARAMETERS];
  }

  /** The media type of an image that the value of this key alone would be. */
  mediaTypeOf(key: string): string | undefined {
    return mediaTypeOf(this.span.attributes, key);
  }

  /** Asks once for an image that stands in the span several times. */
  replacement(image: Base64Image, replace: ReplaceImage): string {
    this.#replaced ??= new Map();
    let result = this.#replaced.get(image.base64);
    if (result === undefined) this.#replaced.set(image.base64, (result = replace(image)));
    return result;
  }
}

const KIND = SemanticConventions.OPENINFERENCE_SPAN_KIND;

function namesMessages({ attributes, events }: FactualSpan): boolean {
  for (const key of Object.keys(attributes ?? {})) {
    const content = contentOf(key);
    if (content !== undefined && MESSAGES.has(content)) return true;
  }
  if (attributes?.["genkit:metadata:subtype"] === "model") return true;
  return (events ?? []).some((event) =>
    Object.keys(event.attributes ?? {}).some((key) => {
      const content = contentOfEvent(event.name, key);
      return content !== undefined && MESSAGES.has(content);
    }),
  );
}

const TYPE_NAMES = ["mime_type", "media_type", "mimeType", "mediaType"];

function mediaTypeOf(attributes: Attributes, key: string): string | undefined {
  if (/(?:^|\.)image(?:s\.\d+)?(?:\.image)?(?:\.url)?$/.test(key)) return "image/*";
  const parent = key.slice(0, key.lastIndexOf(".") + 1);
  for (const name of TYPE_NAMES) {
    const type = attributes[parent + name];
    if (typeof type === "string" && /^image\//i.test(type)) return type.toLowerCase();
  }
  return undefined;
}
