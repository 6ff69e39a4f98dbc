// Headers of a request: fixed, or asked of a function for every request.

/** Header names and values, or a function that gives them fresh for every request. */
export type HeadersSource =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** The code of the answer when a headers function throws or rejects. */
export const HEADERS_FUNCTION_FAILED = "ERR_HEADERS_FUNCTION";

/** Asks for headers and remembers the last ones, for the time when nobody can wait. */
export class RequestHeaders {
  readonly #source: HeadersSource;
  #last: Readonly<Record<string, string>>;

  /** `known` are the headers at exit when a function was never answered in time. */
  constructor(source: HeadersSource = {}, known: Readonly<Record<string, string>> = {}) {
    this.#source = source;
    this.#last = typeof source === "function" ? known : source;
  }

  /** Headers for a request now. Rejects with the code `ERR_HEADERS_FUNCTION` when the function fails. */
  async fresh(): Promise<Readonly<Record<string, string>>> {
    if (typeof this.#source !== "function") return this.#source;
    try {
      this.#last = { ...(await this.#source()) };
      return this.#last;
    } catch (error) {
      throw failure(error);
    }
  }

  /** Headers without waiting: a synchronous function's answer, else the last that were given. */
  now(): Readonly<Record<string, string>> {
    if (typeof this.#source !== "function") return this.#source;
    try {
      const given = this.#source();
      if (given instanceof Promise) given.catch(() => undefined);
      else this.#last = { ...given };
    } catch {
      // At exit the last known headers are the best there is.
    }
    return this.#last;
  }
}

/** Only the error's name, unless the error is ours: a program's message may quote the key. */
function failure(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: "" };
  const text = name === "PhoenixConfigError" ? message : `the headers function failed (${name})`;
  return Object.assign(new Error(text), { code: HEADERS_FUNCTION_FAILED });
}
