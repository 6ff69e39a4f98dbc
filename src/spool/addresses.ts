// What makes two destinations the same: scheme, host, port and path, whatever is spoken there.
import type { Destination, Target } from "../config/target.ts";

/** The addresses that requests for a target are meant for: two where gRPC comes first and HTTP is the fallback. */
export function addressesOf({ fallback, ...first }: Target): string[] {
  return [first, ...(fallback ? [fallback] : [])].map(addressOf);
}

/**
 * The part of a target whose addresses are all among these, or the target itself; `undefined` when there is none. A request goes nowhere but to an
 * address that it is meant for and that the settings of today name.
 */
export function targetWithin(target: Target, addresses: readonly string[]): Target | undefined {
  const { fallback, ...first } = target;
  const isMeant = (destination: Destination): boolean => addresses.includes(addressOf(destination));
  if (fallback === undefined) return isMeant(first) ? target : undefined;
  if (!isMeant(fallback)) return isMeant(first) ? first : undefined;
  return isMeant(first) ? target : fallback;
}

/** The same server behind another protocol is the same destination: so a wrong protocol can be mended. */
function addressOf({ url }: Destination): string {
  const address = new URL(url);
  address.username = "";
  address.password = "";
  address.hash = "";
  address.pathname = address.pathname.replace(/\/v1\/traces$/, "");
  return address.href;
}
