// The filters above the list of traces.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TraceRow } from "../api.ts";
import { listAddress, readRoute, replaceAddress, type TraceFilter } from "../route.ts";

/** How long typing must pause before the text filters. */
const TYPING_MILLIS = 60;

/** Shows `filter` and changes it, with what `traces` have to choose from. */
export function TraceFilters(props: { filter: TraceFilter; traces: readonly TraceRow[] }): JSX.Element {
  const { filter, traces } = props;
  const change = (part: Partial<TraceFilter>): void => {
    // Typing is heard a moment later: the reader may have gone on by then.
    if (readRoute().page === "traces") replaceAddress(listAddress({ ...filter, ...part }));
  };
  return (
    <search class="filters">
      <SearchBox text={filter.text} onText={(text) => change({ text })} />
      <Choice
        label="Project"
        all="All projects"
        options={traces.map(({ project }) => project)}
        chosen={filter.project}
        onChoice={(project) => change({ project })}
      />
      <Choice
        label="Kind"
        all="All kinds"
        options={traces.flatMap(({ kinds }) => kinds)}
        chosen={filter.kind}
        onChoice={(kind) => change({ kind })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={filter.onlyErrors}
          onChange={(event) => change({ onlyErrors: event.currentTarget.checked })}
        />
        Only with an error
      </label>
    </search>
  );
}

function SearchBox({ text, onText }: { text: string; onText: (text: string) => void }): JSX.Element {
  const [typed, setTyped] = useState(text);
  const given = useRef(text);
  useEffect(() => {
    // What comes back as it was given must not overwrite what was typed since.
    if (text !== given.current) setTyped(text);
    given.current = text;
  }, [text]);
  const give = (): void => {
    if (typed === given.current) return;
    given.current = typed;
    onText(typed);
  };
  useEffect(() => {
    const timer = setTimeout(give, TYPING_MILLIS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label class="grows">
      Search
      <input
        type="search"
        placeholder="Names, ids, inputs, outputs, values"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={give}
      />
    </label>
  );
}

function Choice(props: {
  label: string;
  all: string;
  options: readonly string[];
  chosen: string;
  onChoice: (option: string) => void;
}): JSX.Element {
  const { label, all, options, chosen, onChoice } = props;
  // What is chosen stays an option when its last trace is gone.
  const distinct = [...new Set(chosen === "" ? options : [...options, chosen])].toSorted();
  return (
    <label>
      {label}
      <select value={chosen} onChange={(event) => onChoice(event.currentTarget.value)}>
        <option value="">{all}</option>
        {distinct.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
