// The masking of what leaves. Read when a span or a setting needs it: most hide nothing, and hold no text that is long
// enough for an image.
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import type { Mask, MaskingSettings } from "../config/masking-settings.ts";
import { sayOnce } from "../diagnostics.ts";
import { LaterPart, readAhead } from "../parts.ts";
import { hasLongText } from "./long-text.ts";
import { type MaskableSpan, type MaskedParts, Masking } from "./masking.ts";
import type { FactualSpan } from "./span-facts.ts";

/** The masking of one configuration. Nothing it does throws but {@link load}; what it cannot mask, it hides. */
export class LaterMasking {
  readonly #part: LaterPart<Masking>;
  readonly #maxImageLength: number;
  /** Whether only long images can be hidden: the common case, in which a span is but looked through. */
  readonly #hidesNothing: boolean;
  readonly #make: () => Masking;
  #masking: Masking | undefined;

  constructor(settings: MaskingSettings, mask?: Mask) {
    this.#make = () => (this.#masking ??= new Masking(settings, mask));
    this.#part = new LaterPart(
      this.#make,
      "Spans that are to be masked leave without their attributes, events and status message",
    );
    this.#maxImageLength = settings.base64ImageMaxLength.value;
    this.#hidesNothing = Object.keys(settings.hidden).length === 0 && mask === undefined;
  }

  /** Reads its code where settings hide something; throws where that fails. Elsewhere it is read soon. */
  load(): void {
    if (this.#hidesNothing) readAhead(this.#make);
    else this.#make();
  }

  /**
   * Gives what of a span can hold content, as it leaves; `undefined` when the span leaves as it is. `live` is the span as
   * it came, before it was translated.
   */
  mask<Span extends MaskableSpan>(span: Span, live?: FactualSpan): MaskedParts<Span> | undefined {
    try {
      if (this.#hidesNothing && !hasLongText(span, this.#maxImageLength)) return undefined;
      const masking = this.#masking ?? this.#part.get();
      return masking === undefined ? closed(span) : masking.mask(span, live);
    } catch (error) {
      sayOnce("masking", {
        code: "PHX332",
        message: `A span cannot be masked (${error instanceof TypeError ? "TypeError" : "an error"}). It leaves without its attributes, events and status message.`,
      });
      return closed(span);
    }
  }

  /** Resolves when the uploads of images that are under way have ended; `undefined` when there are none. */
  settled(): Promise<unknown> | undefined {
    return this.#masking?.settled();
  }
}

const KIND = SemanticConventions.OPENINFERENCE_SPAN_KIND;

function closed<Span extends MaskableSpan>(span: Span): MaskedParts<Span> {
  const kind = span.attributes?.[KIND];
  return {
    attributes: kind === undefined ? {} : { [KIND]: kind },
    events: [],
    links: [],
    status: { code: span.status?.code ?? 0 },
  };
}
