// Annotations, or evaluations by another word, as attributes of the span that they are written on.
import type { Attributes } from "@opentelemetry/api";
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "../attribute-writer.ts";
import type { Annotation, AnnotationScope } from "./builder-values.ts";

/** What annotations are called: the attributes differ by this word alone. */
export type AnnotationWord = "ANNOTATION" | "EVALUATION";

const SCOPES: Readonly<Record<AnnotationScope, string>> = { span: "", trace: "TRACE_", session: "SESSION_" };

const conventions: Readonly<Record<string, string>> = SemanticConventions;

/** Gives the attributes of the annotations that are one: a name, and a score, a label or an explanation. */
export function buildAnnotationAttributes(
  word: AnnotationWord,
  read: () => { readonly annotations: readonly Annotation[]; readonly scope: AnnotationScope | undefined },
  maxLength: number,
): Attributes {
  return writeAttributes(maxLength, (to) => {
    const { annotations, scope = "span" } = read();
    const prefix = Object.hasOwn(SCOPES, scope) ? conventions[`${SCOPES[scope]}${word}S`] : undefined;
    if (prefix === undefined) return;
    to.each(annotations, (annotation, index) => {
      const { name, score, label, explanation, annotatorKind, identifier, metadata } = annotation;
      const key = (field: string): string => `${prefix}.${index}.${conventions[`${word}_${field}`]}`;
      if (typeof name !== "string" || (score ?? label ?? explanation) === undefined) return;
      to.text(key("NAME"), name);
      to.number(key("SCORE"), score);
      to.text(key("LABEL"), label);
      to.text(key("EXPLANATION"), explanation);
      to.text(key("ANNOTATOR_KIND"), annotatorKind);
      to.text(key("IDENTIFIER"), identifier);
      to.json(key("METADATA"), metadata);
    });
  });
}
