// What register() tells the wrappers, in one object that every loaded copy of the package shares.
import type { TracerProvider } from "@opentelemetry/api";

/** A provider that wrappers use although another one is global. */
export interface Fallback {
  readonly provider: TracerProvider;
  /** The global provider that stood in the way: when it is gone, the new global one is meant. */
  readonly insteadOf: TracerProvider;
}

interface SharedSettings {
  fallback: Fallback | undefined;
  /** Characters kept of one captured value; `undefined` for the default. */
  maxValueLength: number | undefined;
}

const SLOT = Symbol.for("phoenix-otel.wrappers");
const slots = globalThis as { [SLOT]?: SharedSettings };

/** Read on every call, so it is looked up once: a property of globalThis is slow to reach. */
export const sharedSettings: SharedSettings = (slots[SLOT] ??= {
  fallback: undefined,
  maxValueLength: undefined,
});
