// Whether an answer to plain HTTP means that this is the port or the address for https.

/** Statuses that come with such words. */
const STATUSES: ReadonlySet<number> = new Set([400, 403, 421, 426]);
/** nginx's own, which needs no words. */
const PLAIN_HTTP_TO_HTTPS_PORT = 497;

/**
 * nginx and AWS: "The plain HTTP request was sent to HTTPS port"; Go, with Traefik and Caddy: "Client sent an HTTP request
 * to an HTTPS server"; Apache: "You're speaking plain HTTP to an SSL-enabled server port"; Tomcat: "This combination of host
 * and port requires TLS"; IIS: "SSL is required to view this resource". Others say it in like words. Not any word of https:
 * a refusal may quote a span with a URL in it.
 */
const WORDS = [
  /\b(?:plain|clear|unencrypted|insecure|http request|speaking http)\b.{0,80}\b(?:https|tls|ssl)\b(?!:\/\/)/i,
  /\b(?:https|tls|ssl)\b(?: connection| scheme| port)? (?:is |are )?(?:required|needed|only|expected)\b/i,
  /\b(?:requires?|needs?|expects?|must (?:be|use)|only accepts?|only over|please use|(?:try|use) (?:the )?) ?(?:an? )?(?:https|tls|ssl)\b(?!:\/\/)/i,
];

/** `words` are what the body says, `leadsTo` is where a redirect leads. */
export function asksForHttps(status: number, words: string, leadsTo: URL | undefined, url: URL): boolean {
  if (leadsTo !== undefined) return leadsTo.protocol === "https:" && leadsTo.hostname === url.hostname;
  if (status === PLAIN_HTTP_TO_HTTPS_PORT) return true;
  const text = words.replace(/\s+/g, " ");
  return STATUSES.has(status) && WORDS.some((pattern) => pattern.test(text));
}
