// Gives each test the globals and the environment of a process where nothing happened yet.
import { context, diag, propagation, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, vi } from "vitest";

/** Undoes what tests of this file leave in globals, and clears the variables that configure tracing. */
export function useFreshProcess(): void {
  beforeEach(() => {
    for (const name of Object.keys(process.env)) {
      if (/^(PHOENIX|OTEL|OPENINFERENCE)_/.test(name)) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("PHOENIX_DISCOVER_CONFIG", "false");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    trace.disable();
    context.disable();
    propagation.disable();
    diag.disable();
    for (const slot of Object.getOwnPropertySymbols(globalThis)) {
      // Time is no trace that a test leaves.
      if (/^phoenix-otel\.(?!real-time)/.test(slot.description ?? "")) {
        empty((globalThis as unknown as Record<symbol, object>)[slot]!);
      }
    }
  });
}

/** Modules hold their slots from when they were loaded. */
function empty(slot: object): void {
  if (slot instanceof Map || slot instanceof Set) slot.clear();
  else if (Array.isArray(slot)) slot.splice(0);
  else for (const key of Object.keys(slot)) Reflect.set(slot, key, undefined);
}

/** The lines printed on stderr through `console` from now on. */
export function collectLines(): string[] {
  const lines: string[] = [];
  for (const method of ["warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...text: unknown[]) => {
      lines.push(text.join(" "));
    });
  }
  return lines;
}
