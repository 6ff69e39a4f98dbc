// The Phoenix project of a part of the program.
import { type Context, context, createContextKey } from "@opentelemetry/api";
import { processSlot } from "../process-slot.ts";
import { runWith } from "./run-with.ts";

const KEY = createContextKey("phoenix-otel project");

/** Whether the program ever named one: until then no span is asked. Shared by every loaded copy. */
const state = processSlot("projects", 1, () => ({ inUse: false }));

/**
 * Runs `fn`, sync or async, and returns what it returned. Traces that start inside go to this Phoenix project, from the
 * same process and queue. A trace stays together: inside a span that has started already its project holds. A blank
 * name means the provider's own project.
 */
export function usingProject<T>(projectName: string, fn: () => T): T {
  if (typeof projectName !== "string") return fn();
  noteProjects();
  return runWith(context.active().setValue(KEY, projectName.trim()), fn);
}

/** Takes note that spans may have another project than their provider's: from now on each is asked. */
export function noteProjects(): void {
  state.inUse = true;
}

/** The project that a context names; `undefined` for the provider's own. */
export function projectFromContext(active: Context): string | undefined {
  if (!state.inUse) return undefined;
  const name = active.getValue(KEY);
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Whether {@link usingProject} was ever called in this process. */
export function areProjectsInUse(): boolean {
  return state.inUse;
}
