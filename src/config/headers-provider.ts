// Headers for one request: the resolved ones, and what the options' functions give now.
import { PhoenixConfigError } from "./config-error.ts";
import { checkApiKey, checkHeaders } from "./headers.ts";
import type { RegisterOptions } from "./options.ts";
import type { ResolvedConfig } from "./resolve-config.ts";

/**
 * Gives the headers of the next request; asks the functions among the options anew every time. The promise rejects with
 * {@link PhoenixConfigError} when a function throws (PHX121, the error as its `cause`) or gives what cannot be sent
 * (PHX107, PHX108). The message holds no secret; the cause, being the program's own error, may.
 */
export function createHeadersProvider(
  config: Pick<ResolvedConfig, "headers">,
  options: Pick<RegisterOptions, "headers" | "apiKey">,
): () => Promise<Record<string, string>> {
  const { headers, apiKey } = options;
  return async () => {
    // A copy each time: whoever sends may add to it.
    const merged: Record<string, string> = { ...config.headers.value };
    if (typeof apiKey === "function" && config.headers.sources["authorization"] === "option apiKey") {
      Object.assign(merged, checkApiKey(await ask("apiKey", apiKey), "apiKey()"));
    }
    if (typeof headers === "function") {
      Object.assign(merged, checkHeaders(await ask("headers", headers), "headers()"));
    }
    return merged;
  };
}

const ask = async (name: string, give: () => unknown): Promise<unknown> => {
  try {
    return await give();
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    throw new PhoenixConfigError(
      {
        code: "PHX121",
        message: `The function given as option ${name} failed with ${kind}; this request has no headers and waits. Make ${name}() return again.`,
      },
      { cause: error },
    );
  }
};
