// Providers that the program makes global by itself, as a stack: the one below comes back when the one above is detached.
import type { TracerProvider } from "@opentelemetry/api";
import type { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { errorText, say } from "./diagnostics.ts";
import { freeGlobal, globalTracerProvider, mountGlobals, pointGlobal } from "./globals.ts";
import { processSlot } from "./process-slot.ts";
import { globalRegistration } from "./registration.ts";

/** What {@link attachGlobalTracerProvider} gives. */
export interface GlobalTracerProviderRegistration {
  /** Takes the provider down again; calling it twice does nothing. */
  detach: () => void;
}

interface Mount {
  readonly provider: TracerProvider;
  readonly unmount: (before: TracerProvider | undefined) => void;
  /** What was global before: comes back when this and all below are gone. */
  before: TracerProvider | undefined;
}

/** The last one is on top. Shared by every loaded copy. */
const mounts = processSlot("attached-providers", 1, (): Mount[] => []);

/**
 * Makes a provider the global one, in place of whichever is, until it is detached. Context manager and propagator stay where
 * there are any. Tracers that were taken from another provider go on with that one.
 */
export function attachGlobalTracerProvider(provider: NodeTracerProvider): GlobalTracerProviderRegistration {
  const before = globalTracerProvider();
  try {
    const mount: Mount = { provider, before, unmount: mountGlobals(provider) };
    mounts.push(mount);
    return { detach: () => detach(mount) };
  } catch (error) {
    say({
      code: "PHX205",
      message: `OpenTelemetry's API cannot keep a global provider: ${errorText(error)}. attachGlobalTracerProvider() did nothing. Call it before globalThis is frozen.`,
    });
    return { detach: () => undefined };
  }
}

/**
 * Takes down the provider that was attached last or that `register()` made global, and brings back the one before it. A
 * provider that came from elsewhere stays.
 */
export function detachGlobalTracerProvider(): void {
  const global = globalTracerProvider();
  const top = mounts.at(-1);
  if (top !== undefined && (top.provider === global || !isRegistered(global))) detach(top);
  else if (isRegistered(global)) giveBack(top?.provider);
}

/** Whether an attached provider is the global one: it gives way to `register()`. */
export function isAttached(provider: TracerProvider | undefined): boolean {
  return provider !== undefined && mounts.at(-1)?.provider === provider;
}

function detach(mount: Mount): void {
  const at = mounts.indexOf(mount);
  if (at === -1) return;
  mounts.splice(at, 1);
  const above = mounts[at];
  // What is above comes back to what was below.
  if (above !== undefined) above.before = mount.before;
  else if (globalTracerProvider() === mount.provider) mount.unmount(mount.before);
}

const giveBack = (provider: TracerProvider | undefined): void => {
  if (provider === undefined) freeGlobal();
  else pointGlobal(provider);
};

const isRegistered = (provider: TracerProvider | undefined): boolean =>
  provider !== undefined && globalRegistration()?.provider === provider;
