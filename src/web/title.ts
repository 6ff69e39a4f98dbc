// The name of the tab, and of the entry in the browser's history.
import { useEffect } from "preact/hooks";
import { showControls } from "./text.tsx";

const MAX_LENGTH = 100;

/** Names the tab while the component is shown. */
export function useTitle(what: string): void {
  useEffect(() => {
    document.title = `${showControls(what).slice(0, MAX_LENGTH)} · phoenix-otel view`;
  }, [what]);
}
