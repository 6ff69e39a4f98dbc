// What register() tells the wrappers, in one object that every loaded copy of the package shares.
import type { TracerProvider } from "@opentelemetry/api";
import { processSlot } from "../../process-slot.ts";

/** A provider that wrappers use although another one is global. */
export interface Fallback {
  readonly provider: TracerProvider;
  /** The global provider that stood in the way: when it is gone, the new global one is meant. */
  readonly insteadOf: TracerProvider | undefined;
}

interface SharedSettings {
  fallback: Fallback | undefined;
}

/** Read on every call. */
export const sharedSettings: SharedSettings = processSlot("wrappers", 1, () => ({ fallback: undefined }));
