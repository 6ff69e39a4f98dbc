// A URL as it may be printed.

/** The URL without its user part, which is a secret. */
export function urlForMessages(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}
