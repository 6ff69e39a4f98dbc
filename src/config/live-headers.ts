// Headers for one request: the resolved ones, and what the options' functions give now.
import { PhoenixConfigError } from "./config-error.ts";
import { checkApiKey, checkHeaders } from "./headers.ts";
import type { RegisterOptions } from "./options.ts";
import type { ResolvedConfig } from "./resolve-config.ts";

/** Headers for one request, at once where no function among the options makes them wait. */
export type HeadersProvider = () => Headers | Promise<Headers>;

type Headers = Record<string, string>;

/** Whether a function gives headers or key. */
export const asksFunction = ({ headers, apiKey }: Pick<RegisterOptions, "headers" | "apiKey">): boolean =>
  typeof headers === "function" || typeof apiKey === "function";

/**
 * Gives the headers of the next request; asks the functions among the options anew every time. Throws, or rejects
 * where a function is asynchronous, with {@link PhoenixConfigError} when a function fails (PHX121, the error as its
 * `cause`) or gives what cannot be sent (PHX107, PHX108). The message holds no secret; the cause, being the program's
 * own error, may.
 */
export function createHeadersProvider(
  config: Pick<ResolvedConfig, "headers">,
  options: Pick<RegisterOptions, "headers" | "apiKey">,
): HeadersProvider {
  const { headers, apiKey } = options;
  return () => {
    // A copy each time: whoever sends may add to it.
    const merged: Headers = { ...config.headers.value };
    const take = (given: Headers): Headers => Object.assign(merged, given);
    const takeKey = (): Headers | Promise<Headers> =>
      typeof apiKey === "function" && config.headers.sources["authorization"] === "option apiKey"
        ? ask("apiKey", apiKey, (value) => take(checkApiKey(value, "apiKey()")))
        : merged;
    const takeHeaders = (): Headers | Promise<Headers> =>
      typeof headers === "function"
        ? ask("headers", headers, (value) => take(checkHeaders(value, "headers()")))
        : merged;
    // Headers come last: an authorization among them wins.
    const keyTaken = takeKey();
    return keyTaken instanceof Promise ? keyTaken.then(takeHeaders) : takeHeaders();
  };
}

function ask(
  name: string,
  give: () => unknown,
  take: (value: unknown) => Headers,
): Headers | Promise<Headers> {
  const failed = (error: unknown): never => {
    const kind = error instanceof Error ? error.name : typeof error;
    throw new PhoenixConfigError(
      {
        code: "PHX121",
        message: `The function given as option ${name} failed with ${kind}; this request has no headers and waits. Make ${name}() return again.`,
      },
      { cause: error },
    );
  };
  let value: unknown;
  try {
    value = give();
  } catch (error) {
    return failed(error);
  }
  return isThenable(value) ? Promise.resolve(value).then(take, failed) : take(value);
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";
