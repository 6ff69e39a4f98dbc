// Headers for one request: the resolved ones, and what the options' functions give now.
import { PhoenixConfigError } from "./config-error.ts";
import { checkApiKey, checkHeaders, type ResolvedHeaders } from "./headers.ts";
import type { RegisterOptions } from "./options.ts";

/** Gives the headers of one request, at once where no function among the options makes them wait. */
export interface LiveHeaders {
  (): Headers | Promise<Headers>;
  /** Those that no function gives. */
  readonly fixed: Readonly<Headers>;
}

type Headers = Record<string, string>;

/**
 * The headers of requests where a function gives some; undefined where none does. Asks the functions anew for every
 * request. Throws, or rejects where a function is asynchronous, with {@link PhoenixConfigError} when a function fails
 * (PHX121, the error as its `cause`) or gives what cannot be sent (PHX107, PHX108). The message holds no secret; the
 * cause, being the program's own error, may.
 */
export function createLiveHeaders(
  resolved: Pick<ResolvedHeaders, "value" | "sources">,
  options: Pick<RegisterOptions, "headers" | "apiKey">,
): LiveHeaders | undefined {
  const { headers, apiKey } = options;
  if (typeof headers !== "function" && typeof apiKey !== "function") return undefined;
  const fixed = resolved.value;
  const give = (): Headers | Promise<Headers> => {
    // A copy each time: whoever sends may add to it.
    const merged: Headers = { ...fixed };
    const take = (given: Headers): Headers => Object.assign(merged, given);
    const takeKey = (): Headers | Promise<Headers> =>
      typeof apiKey === "function" && resolved.sources["authorization"] === "option apiKey"
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
  return Object.assign(give, { fixed });
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
