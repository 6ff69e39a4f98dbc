// A span with a marker of its own in every place that can hold content, and which markers a set of settings hides.
import type { Attributes, AttributeValue, Link, Tracer } from "@opentelemetry/api";
import { HIDE_SETTINGS, type HideSetting } from "../../src/config/masking-settings.ts";
import type { DECIDED, Decision } from "./decided-attributes.ts";

/** One place of a span and the bytes to look for. */
export interface Mark {
  readonly place: string;
  /** A text, or a number as OTLP writes it. */
  readonly marker: string | Buffer;
  readonly decision: Decision;
}

/** A span to start, and its marks. */
export interface MarkedSpan {
  readonly attributes: Attributes;
  readonly eventAttributes: Attributes;
  readonly linkAttributes: Attributes;
  readonly statusMessage: string;
  readonly marks: readonly Mark[];
}

const LINKED: Link["context"] = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
};

/** Makes a span with these keys in its attributes, in an event and in a link, each marked differently. */
export function markedSpan(
  seed: number,
  chosen: readonly (typeof DECIDED)[number][],
  kind: string | undefined,
): MarkedSpan {
  const marks: Mark[] = [];
  const text = (place: string, decision: Decision): string => {
    const marker = `marker-${seed}-${marks.length}-`;
    marks.push({ place, marker, decision });
    return marker;
  };
  const value = (place: string, key: string, decision: Decision): AttributeValue => {
    if (!key.endsWith(".vector")) return text(place, decision);
    const number = seed * 1000 + marks.length + 0.123_456_789;
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(number);
    marks.push({ place, marker: bytes, decision });
    return [number, number];
  };
  const attributes = (where: string): Attributes =>
    Object.fromEntries(chosen.map(({ key, decision }) => [key, value(`${where} ${key}`, key, decision)]));
  return {
    attributes: { ...attributes("attribute"), ...(kind && { "openinference.span.kind": kind }) },
    eventAttributes: attributes("event"),
    linkAttributes: attributes("link"),
    statusMessage: text("status message", { keys: [], by: ["hideOutputs"] }),
    marks,
  };
}

/** Records the span, from its start to its end. */
export function record(tracer: Tracer, span: MarkedSpan): void {
  const { attributes, eventAttributes, linkAttributes, statusMessage } = span;
  const live = tracer.startSpan("marked", {
    attributes,
    links: [{ context: LINKED, attributes: linkAttributes }],
  });
  live.addEvent("noted", eventAttributes);
  live.setStatus({ code: 2, message: statusMessage });
  live.end();
}

/** The places of marks that are there and should not be, and of those that should be there and are not. */
export function misplaced(
  span: MarkedSpan,
  settings: ReadonlySet<HideSetting>,
  body: Uint8Array,
): { leaked: string[]; missing: string[] } {
  const texts = textsIn(body);
  const leaked: string[] = [];
  const missing: string[] = [];
  const hasMessages =
    span.attributes["openinference.span.kind"] === "LLM" ||
    span.marks.some(({ decision }) =>
      decision.by.some((setting) => /^hide(Input|Output)Messages$/.test(setting)),
    );
  for (const { place, marker, decision } of span.marks) {
    const hides = [...decision.by, ...(hasMessages ? (decision.beside ?? []) : [])];
    const isHidden = hides.some((setting) => settings.has(setting));
    const isThere =
      typeof marker === "string"
        ? texts.has(marker)
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(marker);
    if (isThere && isHidden) leaked.push(place);
    if (!isThere && !isHidden) missing.push(place);
  }
  return { leaked, missing };
}

const known = new WeakMap<Uint8Array, ReadonlySet<string>>();

function textsIn(body: Uint8Array): ReadonlySet<string> {
  let texts = known.get(body);
  if (texts === undefined) {
    texts = new Set(
      Buffer.from(body)
        .toString("latin1")
        .match(/marker-\d+-\d+-/g),
    );
    known.set(body, texts);
  }
  return texts;
}

/** Every setting that hides something. */
export const SETTINGS: readonly HideSetting[] = HIDE_SETTINGS;
