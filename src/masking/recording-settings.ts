// What the wrappers hide on spans that no processor of ours sees. Light: starting the program makes nothing of it yet.
import type { Mask, MaskingSettings } from "../config/masking-settings.ts";
import { processSlot } from "../process-slot.ts";
import type { Masking } from "./masking.ts";

interface Recording {
  settings: MaskingSettings | undefined;
  mask: Mask | undefined;
  /** Made of the settings; `null` when they hide nothing, `undefined` until it is asked for. */
  masking: Masking | null | undefined;
}

/** Shared by every loaded copy. */
export const recording: Recording = processSlot("recording-masking", 1, (): Recording => ({
  settings: undefined,
  mask: undefined,
  masking: undefined,
}));

/** Sets what `register()` was told. */
export function setRecordingMasking(settings: MaskingSettings, mask: Mask | undefined): void {
  Object.assign(recording, { settings, mask, masking: undefined });
}
