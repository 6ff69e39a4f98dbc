// What register() did so far in this process, shared by every loaded copy of the package.
import { isDeepStrictEqual } from "node:util";
import type { RegisterOptions } from "./config/options.ts";
import type { ResolvedConfig } from "./config/resolved-config.ts";
import { processSlot } from "./process-slot.ts";
import type { TracerProvider } from "./tracer-provider.ts";

/** One call of register() that made a provider. */
export interface Registration {
  readonly provider: TracerProvider;
  readonly options: RegisterOptions;
  readonly config: ResolvedConfig;
}

const registrations = processSlot("registrations", 1, (): Registration[] => []);

/** The living registration that was made with these very settings. */
export function findSameRegistration(
  options: RegisterOptions,
  config: ResolvedConfig,
): Registration | undefined {
  return living().find(
    (registration) =>
      isDeepStrictEqual(settings(registration.config), settings(config)) &&
      isSame(ofProvider(registration.options), ofProvider(options)),
  );
}

/** What SDKs are traced is the process's business: a provider is the same with and without. */
function ofProvider(options: RegisterOptions): RegisterOptions {
  const { autoInstrument: _ofProcess, ...rest } = options;
  return rest;
}

/** The registration that asked to be global last, shut down or not. */
export function globalRegistration(): Registration | undefined {
  return registrations.findLast((registration) => registration.config.global.value);
}

/** Remembers a registration; one that asked to be global takes the place of its predecessor. */
export function remember(registration: Registration): void {
  const kept = living().filter((each) => !(each.config.global.value && registration.config.global.value));
  registrations.splice(0, Infinity, ...kept, registration);
}

const living = (): Registration[] =>
  registrations.filter((registration) => !registration.provider.isShutdown);

/** The names of the options that do not mean the same in both. */
export function differingOptions(one: RegisterOptions, other: RegisterOptions): string[] {
  const [before, now]: Record<string, unknown>[] = [ofProvider(one), ofProvider(other)].map((each) => ({
    ...each,
  }));
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})]);
  return [...names].filter((name) => !isSame(before?.[name], now?.[name]));
}

/**
 * Whether two options mean the same. A function is the same as itself only: it cannot be asked what it would give.
 * Private fields do not show in an object of somebody's class, so that
 * counts by identity; a resource is what its attributes are.
 */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if ("getRawAttributes" in one) return isDeepStrictEqual(one, other);
  if (Array.isArray(one) !== Array.isArray(other) || !isPlain(one) || !isPlain(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isPlain = (value: object): boolean =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** The resolved values alone; the printed form hides those of headers and proxies, which count too. */
function settings(config: ResolvedConfig): unknown {
  const { proxy, fallback } = config.target.value;
  const hidden = [config.headers.value, proxy?.url, fallback?.proxy?.url];
  return [JSON.stringify({ ...config.toJSON(), problems: [], autoInstrument: undefined }), hidden];
}
