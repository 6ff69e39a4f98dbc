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

/** See {@link factsOf}. */
export interface SpanFacts {
  /** The span itself, for the program's own mask. */
  readonly span: unknown;
  /** Whether its input and output value repeat messages. */
  readonly hasMessages: boolean;
  /** Whether it is a call to a model. */
  readonly isModelCall: boolean;
  readonly invocationParameters: unknown;
  /** The media type of an image that the value of this key alone would be. */
  mediaTypeOf(key: string): string | undefined;
  /** Asks once for an image that stands in the span several times. */
  eachOnce(replace: ReplaceImage): ReplaceImage;
}

/** The facts of a span. */
export function factsOf(span: FactualSpan): SpanFacts {
  let hasMessages: boolean | undefined;
  const isModelCall =
    span.attributes[SemanticConventions.OPENINFERENCE_SPAN_KIND] === OpenInferenceSpanKind.LLM;
  const replaced = new Map<string, string>();
  return {
    span,
    isModelCall,
    get hasMessages() {
      hasMessages ??= isModelCall || namesMessages(span);
      return hasMessages;
    },
    get invocationParameters() {
      return span.attributes[LLM_INVOCATION_PARAMETERS];
    },
    mediaTypeOf: (key) => mediaTypeOf(span.attributes, key),
    eachOnce: (replace) => (image: Base64Image) => {
      let result = replaced.get(image.base64);
      if (result === undefined) replaced.set(image.base64, (result = replace(image)));
      return result;
    },
  };
}

function namesMessages({ attributes, events }: FactualSpan): boolean {
  for (const key of Object.keys(attributes)) {
    const content = contentOf(key);
    if (content !== undefined && MESSAGES.has(content)) return true;
  }
  return events.some((event) =>
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
