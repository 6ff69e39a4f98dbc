// Which hosts are close: this machine, or a network that nobody else is on.

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:7f[0-9a-f]{2}:.*)$/i;

const PRIVATE = [
  /^10(\.\d{1,3}){3}$/,
  /^192\.168(\.\d{1,3}){2}$/,
  /^172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}$/,
  /^169\.254(\.\d{1,3}){2}$/,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])(\.\d{1,3}){2}$/,
  /^\[?f[cd][0-9a-f]{2}:/i,
  /^\[?fe[89ab][0-9a-f]:/i,
  /\.(local|internal)$/i,
];

/** Whether `hostname` is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Whether `hostname` has no dot, as the names of containers and of an office network have none. */
export function isSingleLabelHost(hostname: string): boolean {
  return !/[.:]/.test(hostname);
}

/** Whether `hostname` is this machine or in a private network, by its name or address alone. */
export function isNearHost(hostname: string): boolean {
  return (
    isLoopbackHost(hostname) ||
    isSingleLabelHost(hostname) ||
    PRIVATE.some((pattern) => pattern.test(hostname))
  );
}
