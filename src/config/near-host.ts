// Hosts that are reached without a proxy: this machine, and names that mean something only nearby.
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether a host, as it stands in a URL, is this machine or a name without a dot, as containers have. */
export function isNearHost(hostname: string): boolean {
  return LOOPBACK.test(hostname) || !/[.:]/.test(hostname);
}
