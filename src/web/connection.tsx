// What is said when the view does not answer.
import type { JSX } from "preact";
import type { Live } from "./live.ts";

/** A line while the view does not answer; nothing else is lost by it. */
export function Connection({ state }: { state: Live<unknown>["state"] }): JSX.Element | null {
  if (state !== "no answer") return null;
  return (
    <p class="notice" role="alert">
      The view does not answer; perhaps it was stopped. This page goes on as soon as it is back.
    </p>
  );
}
