// What frameworks throw to steer the program and not because something failed.
import { guarded } from "../../openinference/read-value.ts";

/** Next's `redirect()`, `notFound()`, `forbidden()`, `unauthorized()`, and what it throws to leave static rendering. */
const DIGEST = /^(NEXT_|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT_SIDE_RENDERING|HANGING_PROMISE_REJECTION)/;

/** Interrupts of a graph or a tool that waits for a human. */
const INTERRUPTS = new Set<unknown>([
  "GraphInterrupt",
  "NodeInterrupt",
  "ParentCommand",
  "ToolInterruptError",
]);

/** Whether a thrown value is such a signal: of Next, React (suspense), Remix, SvelteKit, LangGraph or Genkit. */
export function isFrameworkSignal(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null) return false;
  return guarded(() => isSignal(thrown as Readonly<Record<string, unknown>>)) ?? false;
}

function isSignal(thrown: Readonly<Record<string, unknown>>): boolean {
  const { digest, then, status, location, name } = thrown;
  if (typeof digest === "string" && DIGEST.test(digest)) return true;
  if (typeof then === "function" || INTERRUPTS.has(name)) return true;
  if (thrown instanceof Error || typeof status !== "number") return false;
  // A thrown response answers the request; SvelteKit's redirect has the words of one.
  const isRedirect = status >= 300 && status < 400;
  return isRedirect ? typeof location === "string" || "headers" in thrown : isAnswer(thrown, status);
}

const isAnswer = (thrown: object, status: number): boolean =>
  status < 500 && typeof (thrown as { arrayBuffer?: unknown }).arrayBuffer === "function";
