// What `phoenix-otel/testing` switches for the whole process: nothing is delivered or told, and spans can be asked what left.
import { processSlot } from "./process-slot.ts";

/** Shared by every loaded copy. */
export interface TestMode {
  /** Whether the module was loaded. Nothing switches it off again. */
  isOn: boolean;
  /** What leaves of each live span that a processor of ours was given, once it ended; `null` for a filtered one. */
  readonly left: WeakMap<object, object | null>;
}

export const testMode: TestMode = processSlot("test-mode", 1, (): TestMode => ({
  isOn: false,
  left: new WeakMap(),
}));
