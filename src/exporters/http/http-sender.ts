// OTLP over HTTP with protobuf: one POST per attempt, nothing retried, nothing hidden.
import type { Answer } from "../../delivery/sender.ts";
import { compresses, gzipBody, type Compression } from "../wire/compression.ts";
import { withDeadline } from "../../deadline.ts";
import type { ExitableSender, ExitRoute, TlsMaterial } from "../exit-route.ts";
import {
  copyableTls,
  createHttpConnection,
  type HttpAgentOptions,
  type HttpConnection,
} from "./http-agent.ts";
import { postOnce, type HttpAttempt } from "./http-attempt.ts";
import { networkAnswer } from "../wire/network-answer.ts";
import { RequestHeaders, type HeadersSource } from "../wire/request-headers.ts";
import { readableTls, readTlsFiles, type TlsFiles } from "../wire/tls-files.ts";
import { untraced } from "../wire/untraced.ts";
import { urlForMessages } from "../wire/url-for-messages.ts";

/** What {@link HttpSender} takes; everything but the URL has a default. */
export interface HttpSenderOptions {
  /** Where to post, complete with `/v1/traces`. */
  url: string;
  headers?: HeadersSource;
  tls?: TlsFiles;
  /** Default `auto`: gzip for hosts that are neither loopback nor private, when it is worth it. */
  compression?: Compression;
  /** As OpenTelemetry's exporters take it; wins over `keepAlive`, `tls` and `proxy`. */
  httpAgentOptions?: HttpAgentOptions;
  /** Default `true`. */
  keepAlive?: boolean;
  /** The URL of a proxy, `http://` or `https://`. */
  proxy?: string;
  /** Goes in front of `phoenix-otel` in the `user-agent` header. */
  userAgent?: string;
  /**
   * Whether an attempt in flight keeps the process from ending. Default `true`; with `flushOnExit`
   * it is `false`, since the exit flush waits with its own, shorter limit.
   */
  holdsProcess?: boolean;
}

const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

/**
 * Errors of a kept connection that the server had closed just before it was used again, or on which more came than
 * the answer before had.
 */
const isStale = (code = ""): boolean => /^(ECONNRESET|EPIPE|ERR_NOT_HTTP|HPE_.*)$/.test(code);

/** Sends over node:http or node:https, which load with the first request. */
export class HttpSender implements ExitableSender {
  readonly url: string;
  readonly maxRequestBytes: number = MAX_REQUEST_BYTES;
  readonly #options: HttpSenderOptions;
  readonly #url: URL;
  readonly #headers: RequestHeaders;
  readonly #holdsProcess: boolean;
  readonly #compression: Compression;
  #compresses: boolean;
  #connection: Promise<HttpConnection> | undefined;
  #connected: HttpConnection | undefined;

  constructor(options: HttpSenderOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    this.url = urlForMessages(this.#url);
    this.#headers = new RequestHeaders(options.headers);
    this.#holdsProcess = options.holdsProcess ?? true;
    this.#compression = options.compression ?? "auto";
    this.#compresses = compresses(this.#compression, this.#url.hostname);
  }

  async send(request: Uint8Array, timeoutMillis: number): Promise<Answer> {
    try {
      return await untraced(() =>
        withDeadline(timeoutMillis, this.#holdsProcess, (signal) => this.#attempt(request, signal)),
      );
    } catch (error) {
      return networkAnswer(error as Error);
    }
  }

  exitRoutes(): readonly ExitRoute[] {
    const { proxy } = this.#options;
    return [
      {
        protocol: "http/protobuf",
        url: this.#url.href,
        headers: this.#fixedHeaders(this.#headers.now()),
        lacksHeaders: this.#headers.areMissing,
        gzip: this.#compression === "gzip",
        tls: this.#connected?.tls ?? this.#tlsNow(),
        ...(proxy !== undefined && { proxy }),
      },
    ];
  }

  /** Closes the connections, those that are being opened too. A later request opens new ones. */
  close(): void {
    const closing = this.#connection;
    this.#connection = undefined;
    this.#connected = undefined;
    void closing?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  async #attempt(request: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const connecting = this.#connect();
    const [connection, given] = await Promise.all([connecting, this.#headers.fresh()]);
    const headers = this.#fixedHeaders(given);
    const plain = { url: this.#url, headers, body: request, signal, holdsProcess: this.#holdsProcess };
    const packed = this.#compresses ? await gzipBody(request, this.#compression) : undefined;
    if (signal.aborted) throw signal.reason;
    if (this.#connection !== connecting) throw closedMeanwhile();
    if (!packed) return post(connection, plain);
    const gzipped = { ...headers, "content-encoding": "gzip" };
    const answer = await post(connection, { ...plain, body: packed, headers: gzipped });
    if (this.#compression !== "auto" || answer.kind !== "http" || answer.status !== 415) return answer;
    // Compressing was our idea; a server that cannot read it gets the request as it is.
    this.#compresses = false;
    return post(connection, plain);
  }

  #connect(): Promise<HttpConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const connecting = this.#open();
    this.#connection = connecting;
    // What was closed meanwhile, or failed long ago, is not the connection of now.
    const settle = (connected: HttpConnection | undefined): void => {
      if (this.#connection !== connecting) return;
      this.#connected = connected;
      // A certificate file may be readable next time.
      if (connected === undefined) this.#connection = undefined;
    };
    connecting.then(settle, () => settle(undefined));
    return connecting;
  }

  async #open(): Promise<HttpConnection> {
    const { httpAgentOptions, keepAlive, proxy } = this.#options;
    const tls = this.#url.protocol === "https:" ? readTlsFiles(this.#options.tls ?? {}) : {};
    return createHttpConnection(this.#url, {
      tls,
      ...(httpAgentOptions !== undefined && { agentOptions: httpAgentOptions }),
      ...(keepAlive !== undefined && { keepAlive }),
      ...(proxy !== undefined && { proxy }),
    });
  }

  /** What is known of TLS before the first connection. */
  #tlsNow(): TlsMaterial {
    const { tls: files = {}, httpAgentOptions = {} } = this.#options;
    if (this.#url.protocol !== "https:") return {};
    const own = typeof httpAgentOptions === "function" ? {} : copyableTls(httpAgentOptions);
    return { ...readableTls(files), ...own };
  }

  #fixedHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
    const { userAgent } = this.#options;
    return {
      "user-agent": userAgent ? `${userAgent} phoenix-otel` : "phoenix-otel",
      ...given,
      "content-type": "application/x-protobuf",
    };
  }
}

/**
 * Posts, and again when a kept connection turned out to be closed before any answer: HTTP cannot tell a client in time,
 * and Phoenix ignores a span it has already. Each try takes one idle connection of the agent, which may be the program's
 * and have more of them; the last try has a fresh one.
 */
async function post(connection: HttpConnection, attempt: HttpAttempt): Promise<Answer> {
  let idle = Object.values(connection.agent.freeSockets).reduce((sum, list) => sum + (list?.length ?? 0), 0);
  for (;;) {
    const { answer, reusedConnection } = await postOnce(connection, attempt);
    const stale = reusedConnection && answer.kind === "network" && isStale(answer.code);
    if (!stale || attempt.signal.aborted || --idle < 0) return answer;
  }
}

/** For an attempt whose connection was closed before it could use it. */
const closedMeanwhile = (): Error =>
  Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" });
