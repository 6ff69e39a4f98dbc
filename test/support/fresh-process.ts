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
      if (slot.description?.startsWith("phoenix-otel.") && slot.description !== "phoenix-otel.exit-flush") {
        Reflect.deleteProperty(globalThis, slot);
      }
    }
  });
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
