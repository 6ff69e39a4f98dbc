// Headers of requests that instrumentations record: their credentials never leave, whatever else is translated.
import type { Attributes } from "@opentelemetry/api";

const AI_SDK_HEADERS = "ai.request.headers.";
const HTTP_HEADERS = "http.request.header.";
/** All of them, as JSON in one attribute. */
const LANGSMITH_HEADERS = "langsmith.request.headers";

/** Where recorded request headers stand. */
export const HEADER_PREFIXES: readonly string[] = [AI_SDK_HEADERS, HTTP_HEADERS, LANGSMITH_HEADERS];

/** A header name that says its value is a secret, in the spelling of attributes (`x_api_key`) too. */
const SECRET_NAME = /auth|key|token|secret|passw|credential|cookie|signature|session/i;

/**
 * Whether an attribute is a recorded request header that must not leave. Of the AI SDK's, which hold whatever the program
 * gave, only the user agent may; of others all but those whose name says that they are a credential.
 */
export function isSecretHeader(key: string): boolean {
  if (key.startsWith(AI_SDK_HEADERS)) return key.slice(AI_SDK_HEADERS.length).toLowerCase() !== "user-agent";
  if (key === LANGSMITH_HEADERS) return true;
  return key.startsWith(HTTP_HEADERS) && SECRET_NAME.test(key.slice(HTTP_HEADERS.length));
}

/** The attributes without such headers. */
export const withoutSecretHeaders = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([key]) => !isSecretHeader(key)));
