// Tells register() that the preload calls it, before the program.
import { processSlot } from "./process-slot.ts";

/** Shared by the preload and every loaded copy of the package. */
export const preloading: {
  /** Whether the preload is calling register(). */
  isRunning: boolean;
  /** Whether the settings were told by the thread that started this one. */
  isQuiet: boolean;
} = processSlot("preloading", 1, () => ({ isRunning: false, isQuiet: false }));
