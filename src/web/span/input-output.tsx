// Input and output of a span, with their images.
import { IMAGE_URL } from "@arizeai/openinference-semantic-conventions";
import type { JSX } from "preact";
import type { JsonAttributes } from "../api.ts";
import { listAt, textAt } from "./attribute-lists.ts";
import { LongText } from "./long-text.tsx";
import { Picture } from "./picture.tsx";

/** Shows the value and the images of one side; closed where messages say the same already. */
export function InputOutput(props: {
  side: "input" | "output";
  attributes: JsonAttributes;
  isSaid: boolean;
}): JSX.Element | null {
  const { side, attributes, isSaid } = props;
  const value = textAt(attributes, `${side}.value`);
  const images = listAt(attributes, `${side}.images`).map((image) => textAt(image, IMAGE_URL));
  if (value === "" && images.length === 0) return null;
  const title = side === "input" ? "Input" : "Output";
  const content = (
    <>
      {value !== "" && <LongText text={value} />}
      {images.map((url, index) => (
        <Picture key={index} url={url} label={`${side} image`} />
      ))}
    </>
  );
  if (isSaid && images.length === 0) {
    return (
      <details>
        <summary>{title} as recorded</summary>
        {content}
      </details>
    );
  }
  return (
    <section>
      <h3>{title}</h3>
      {content}
    </section>
  );
}
