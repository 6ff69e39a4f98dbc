// The AI SDK's own registry of telemetry integrations, a list on globalThis that all loaded copies of it share.
import { guarded } from "../../openinference/read-value.ts";
import { processSlot } from "../../process-slot.ts";
import { callsById } from "./calls-by-id.ts";
import { callsByStep } from "./calls-by-step.ts";

type Listener = (event: never) => unknown;

/** An integration as the AI SDK calls it. */
export type AiTelemetry = Readonly<Record<string, Listener>>;

/** What the AI SDK 6 and 7 look at. */
interface Registry {
  AI_SDK_TELEMETRY_INTEGRATIONS?: unknown[];
}

/** Ours, of whichever loaded copy of this package registered first. */
const registered = processSlot("ai-telemetry", 1, (): { integration?: AiTelemetry } => ({}));

/** The first major of the AI SDK that has the registry. */
const FIRST_MAJOR = 6;

/** Traces the calls of the AI SDK of this version; false where it has no registry. */
export function registerAiTelemetry(version: string): boolean {
  if (!(Number.parseInt(version, 10) >= FIRST_MAJOR)) return false;
  const registry = globalThis as Registry;
  registered.integration ??= createAiTelemetry();
  const list = (registry.AI_SDK_TELEMETRY_INTEGRATIONS ??= []);
  if (!list.includes(registered.integration)) list.push(registered.integration);
  return true;
}

/** Traces them no more. */
export function unregisterAiTelemetry(): void {
  const list = (globalThis as Registry).AI_SDK_TELEMETRY_INTEGRATIONS ?? [];
  const at = list.indexOf(registered.integration);
  if (at !== -1) list.splice(at, 1);
}

/** Whether an integration of the program's traces already: OpenTelemetry's hold a tracer. */
const isTracedByOther = (): boolean =>
  ((globalThis as Registry).AI_SDK_TELEMETRY_INTEGRATIONS ?? []).some(
    (each) =>
      each !== registered.integration &&
      typeof guarded(() => (each as { tracer?: { startSpan?: unknown } }).tracer?.startSpan) === "function",
  );

/** From version 7 on every event has the id of its call; in version 6 it is told by its objects. */
function createAiTelemetry(): AiTelemetry {
  const byId = callsById();
  const byStep = callsByStep();
  const names = new Set([...Object.keys(byId), ...Object.keys(byStep)]);
  const listener =
    (name: string) =>
    (event: unknown): unknown => {
      const calls = typeof (event as { callId?: unknown }).callId === "string" ? byId : byStep;
      const listen = calls[name] as ((event: unknown) => unknown) | undefined;
      // A listener that throws would be passed over by the AI SDK; one that runs the call must run it.
      if (name.startsWith("execute")) return listen?.(event);
      if (isTracedByOther()) return undefined;
      return guarded(() => listen?.(event));
    };
  return Object.fromEntries([...names].map((name) => [name, listener(name)]));
}
