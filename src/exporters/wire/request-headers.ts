// Headers of a request: fixed, or asked of a function for every request.
import { untraced } from "./untraced.ts";

type Headers = Readonly<Record<string, string>>;

/** Gives headers for one request. */
interface HeadersFunction {
  (): Headers | Promise<Headers>;
  /** Those known without asking: sent at exit when it has given none yet. */
  readonly fixed?: Headers;
}

/** Header names and values, or a function that gives them fresh for every request. */
export type HeadersSource = Headers | HeadersFunction;

/** The code of the answer when a headers function throws or rejects. */
export const HEADERS_FUNCTION_FAILED = "ERR_HEADERS_FUNCTION";

/** What each function gave last, for the time when nobody can wait. The senders of one destination share theirs. */
const lastGiven = new WeakMap<HeadersFunction, Headers>();

/**
 * Asks a function before there is a request, so that what an asynchronous one gives is known when the
 * process ends sooner. Not at once: the program may not have set up what the function needs. Whether it
 * fails does not matter yet.
 */
export async function askAhead(source: HeadersFunction): Promise<void> {
  await Promise.resolve();
  await untraced(() => ask(source)).catch(() => undefined);
}

async function ask(source: HeadersFunction): Promise<Headers> {
  const given = { ...(await source()) };
  lastGiven.set(source, given);
  return given;
}

/** Gives the headers of one sender's requests. */
export class RequestHeaders {
  readonly #source: HeadersSource;

  constructor(source: HeadersSource = {}) {
    this.#source = source;
  }

  /** Headers for a request now. Rejects with the code `ERR_HEADERS_FUNCTION` when the function fails. */
  async fresh(): Promise<Headers> {
    if (typeof this.#source !== "function") return this.#source;
    try {
      return await ask(this.#source);
    } catch (error) {
      throw failure(error);
    }
  }

  /** Headers without waiting: a synchronous function's answer, else the last that were given. */
  now(): Headers {
    if (typeof this.#source !== "function") return this.#source;
    try {
      const given = untraced(this.#source);
      if (given instanceof Promise) given.catch(() => undefined);
      else lastGiven.set(this.#source, { ...given });
    } catch {
      // At exit the last known headers are the best there is.
    }
    return lastGiven.get(this.#source) ?? this.#source.fixed ?? {};
  }

  /** Whether a function was asked and has given nothing yet, so that {@link now} may lack the key. */
  get areMissing(): boolean {
    return typeof this.#source === "function" && !lastGiven.has(this.#source);
  }
}

/** Only the error's name, unless the error is ours: a program's message may quote the key. */
function failure(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: "" };
  const text = name === "PhoenixConfigError" ? message : `the headers function failed (${name})`;
  return Object.assign(new Error(text), { code: HEADERS_FUNCTION_FAILED });
}
