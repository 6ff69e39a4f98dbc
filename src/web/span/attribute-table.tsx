// Attributes as they came, each by its key.
import type { JSX } from "preact";
import type { JsonAttributes } from "../api.ts";
import { formatCount } from "../quantities.ts";
import { Line } from "../text.tsx";
import { textOf } from "./attribute-lists.ts";
import { LongText } from "./long-text.tsx";

/** Shows `attributes` behind a summary, one click away; nothing when there are none. */
export function Attributes(props: { title: string; attributes: JsonAttributes }): JSX.Element | null {
  const { title, attributes } = props;
  const count = Object.keys(attributes).length;
  if (count === 0) return null;
  return (
    <details>
      <summary>
        {title} <span class="faint">{formatCount(count)}</span>
      </summary>
      <AttributeTable attributes={attributes} />
    </details>
  );
}

/** Shows `attributes` sorted by key, numbers in keys by their size. */
export function AttributeTable({ attributes }: { attributes: JsonAttributes }): JSX.Element {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => byKey.compare(a, b));
  return (
    <dl class="attributes">
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>
            <Line text={key} otherwise="(no key)" />
          </dt>
          <dd>
            <LongText text={textOf(value)} isRaw />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const byKey = new Intl.Collator("en", { numeric: true });
