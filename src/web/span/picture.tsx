// An image of a message: shown when its data are in the span, named when it is elsewhere.
import type { JSX } from "preact";
import { LongText } from "./long-text.tsx";

/** Images only, whatever else a `data:` URL may be; what an SVG would run or load, an `<img>` does not. */
const IMAGE_DATA = /^data:image\/[a-z0-9.+-]+[;,]/i;

/** Shows the image at `url`. Nothing is ever loaded from another place. */
export function Picture({ url, label }: { url: string; label: string }): JSX.Element {
  if (IMAGE_DATA.test(url)) return <img class="picture" src={url} alt={label} />;
  return (
    <div class="elsewhere">
      <span class="label">{label}</span>
      <LongText text={url} isCode />
    </div>
  );
}
