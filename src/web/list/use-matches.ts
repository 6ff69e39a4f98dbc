// The traces that hold the text of the filter, found by the view: the page does not have their values.
import { useEffect, useState } from "preact/hooks";
import type { TraceMatches } from "../api.ts";

/** The ids of the traces that hold `text`; `undefined` where nothing is looked for. Asked again for each `version`. */
export function useMatches(text: string, version: string | undefined): ReadonlySet<string> | undefined {
  const wanted = text.trim();
  const [matches, setMatches] = useState<ReadonlySet<string>>();
  useEffect(() => {
    if (wanted === "") {
      setMatches(undefined);
      return undefined;
    }
    const end = new AbortController();
    fetch(`/api/matches?${new URLSearchParams({ text: wanted })}`, { signal: end.signal })
      .then((response) => response.json() as Promise<TraceMatches>)
      .then(({ traceIds }) => setMatches(new Set(traceIds)))
      // The next version of the list asks again; until then what was found before stands.
      .catch(() => undefined);
    return () => end.abort();
  }, [wanted, version]);
  return wanted === "" ? undefined : matches;
}
