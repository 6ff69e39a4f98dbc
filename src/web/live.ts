// Data of the view, kept up to date by asking for what changed.
import { useEffect, useState } from "preact/hooks";

const POLL_MILLIS = 500;

/** What is known: the latest data, and whether the view still answers. */
export interface Live<Data> {
  /** Stays when the view does not answer or has forgotten it. */
  readonly data: Data | undefined;
  readonly state: "asking" | "known" | "unknown to the view" | "no answer";
}

/** Asks for `path` until it is `undefined` or another one, and gives what came last. */
export function useLive<Data extends { readonly version: string }>(path: string | undefined): Live<Data> {
  const [known, setKnown] = useState<Live<Data> & { path: string | undefined }>({
    path,
    data: undefined,
    state: "asking",
  });
  useEffect(() => {
    if (path === undefined) return undefined;
    const end = new AbortController();
    void follow<Data>(path, end.signal, ({ data, state }) => {
      setKnown((before) => {
        const kept = data ?? (before.path === path ? before.data : undefined);
        const isSame = before.path === path && before.data === kept && before.state === state;
        return isSame ? before : { path, data: kept, state };
      });
    });
    return () => end.abort();
  }, [path]);
  // Until the first answer for a new path, and never for what another path had.
  if (path !== undefined && known.path !== path) return { data: undefined, state: "asking" };
  return known;
}

/** Asks once for what does not change; `undefined` until it is there. */
export function useOnce<Data>(path: string): Live<Data> {
  const [known, setKnown] = useState<Live<Data> & { path?: string }>({ data: undefined, state: "asking" });
  useEffect(() => {
    const end = new AbortController();
    void ask<Data>(path, end.signal).then((answer) => {
      if (!end.signal.aborted) setKnown({ path, data: answer.data, state: answer.state });
    });
    return () => end.abort();
  }, [path]);
  return known.path === path ? known : { data: undefined, state: "asking" };
}

async function follow<Data extends { readonly version: string }>(
  path: string,
  signal: AbortSignal,
  onAnswer: (answer: Live<Data>) => void,
): Promise<void> {
  const separator = path.includes("?") ? "&" : "?";
  let version = "";
  while (!signal.aborted) {
    const answer = await ask<Data>(`${path}${separator}after=${version}`, signal);
    if (signal.aborted) return;
    version = answer.data?.version ?? version;
    onAnswer(answer);
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MILLIS);
    });
  }
}

async function ask<Data>(path: string, signal: AbortSignal): Promise<Live<Data>> {
  try {
    const response = await fetch(path, { signal });
    if (response.status === 204) return { data: undefined, state: "known" };
    if (response.status === 404) return { data: undefined, state: "unknown to the view" };
    return response.ok
      ? { data: (await response.json()) as Data, state: "known" }
      : { data: undefined, state: "no answer" };
  } catch {
    return { data: undefined, state: "no answer" };
  }
}
