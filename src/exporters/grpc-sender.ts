// OTLP over gRPC: one call per attempt over grpc-js, which loads with the first request.
import type * as Grpc from "@grpc/grpc-js";
import type { Answer } from "../delivery/sender.ts";
import type { Compression } from "./compression.ts";
import { withDeadline } from "./deadline.ts";
import type { ExitableSender, ExitRoute } from "./exit-route.ts";
import { failedCallAnswer } from "./grpc-answer.ts";
import { GrpcChannel } from "./grpc-channel.ts";
import { LoopRelease } from "./loop-release.ts";
import { isNearHost } from "./near-host.ts";
import { networkAnswer } from "./network-answer.ts";
import { RequestHeaders, type HeadersSource } from "./request-headers.ts";
import { readableTls, readTlsFiles, type TlsFiles } from "./tls-files.ts";
import { untraced } from "./untraced.ts";
import { urlForMessages } from "./url-for-messages.ts";

/** What {@link GrpcSender} takes; everything but the URL has a default. */
export interface GrpcSenderOptions {
  /** `http://host:port` in clear, `https://host:port` with TLS. */
  url: string;
  headers?: HeadersSource;
  /** Sent at exit when a headers function was never answered in time. */
  knownHeaders?: Readonly<Record<string, string>>;
  tls?: TlsFiles;
  /** gzip only when asked for by name: it does not lift a server's size limit. */
  compression?: Compression;
  /** As OpenTelemetry's exporter takes them; they win over `tls` and the URL's scheme. */
  credentials?: Grpc.ChannelCredentials;
  /** As OpenTelemetry's exporter takes it; wins over `headers` of the same name. */
  metadata?: Grpc.Metadata;
  /** The URL of an HTTP proxy, from `proxyFor`; used at exit, as grpc-js reads its variables itself. */
  proxy?: string;
  /** Goes in front of `phoenix-otel` in the user agent. */
  userAgent?: string;
  /** As in `HttpSenderOptions`. */
  holdsProcess?: boolean;
}

/** Servers accept 4 MiB by default. */
const MAX_REQUEST_BYTES = 3.5 * 1024 * 1024;

/** The code of the answer when a header cannot be sent by gRPC. */
const INVALID_HEADER = "ERR_INVALID_CHAR";

/** Sends over @grpc/grpc-js. */
export class GrpcSender implements ExitableSender {
  readonly url: string;
  readonly maxRequestBytes: number = MAX_REQUEST_BYTES;
  readonly #options: GrpcSenderOptions;
  readonly #url: URL;
  readonly #headers: RequestHeaders;
  readonly #loop: LoopRelease | undefined;
  #channel: GrpcChannel | undefined;

  constructor(options: GrpcSenderOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    this.url = urlForMessages(this.#url).replace(/\/$/, "");
    this.#headers = new RequestHeaders(options.headers, options.knownHeaders);
    this.#loop = options.holdsProcess === false ? new LoopRelease() : undefined;
  }

  async send(request: Uint8Array, timeoutMillis: number): Promise<Answer> {
    try {
      return await this.#limited(timeoutMillis, (signal) => this.#attempt(request, signal));
    } catch (error) {
      return this.#failure(error as Error);
    }
  }

  /** Connects within the time and resolves with `undefined`, or with why that was not possible. */
  async reach(timeoutMillis: number): Promise<Answer | undefined> {
    try {
      // Loading takes its time on a busy machine and says nothing about the server.
      const grpc = await loadGrpc();
      return await this.#limited(timeoutMillis, async (signal) => {
        const channel = this.#open(grpc);
        if (await channel.connect(signal)) return undefined;
        // Only a call tells why; it fails at once on a channel that has no connection.
        return await this.#call(channel, new Uint8Array(), new grpc.Metadata(), signal);
      });
    } catch (error) {
      return this.#failure(error as Error);
    }
  }

  exitRoutes(): readonly ExitRoute[] {
    const { proxy, metadata, credentials, tls: files = {} } = this.#options;
    const scheme = credentials ? (credentials._isSecure() ? "https:" : "http:") : this.#url.protocol;
    return [
      {
        protocol: "grpc",
        url: this.#url.href.replace(/^https?:/, scheme),
        headers: { ...this.#headers.now(), ...textEntries(metadata) },
        lacksHeaders: this.#headers.areMissing,
        gzip: this.#options.compression === "gzip",
        tls: scheme === "https:" ? readableTls(files) : {},
        ...(proxy !== undefined && { proxy }),
      },
    ];
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #limited<T>(timeoutMillis: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limited = (): Promise<T> => withDeadline(timeoutMillis, this.#loop === undefined, attempt);
    return untraced(() => (this.#loop ? this.#loop.watch(limited) : limited()));
  }

  async #attempt(request: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const [grpc, headers] = await Promise.all([loadGrpc(), this.#headers.fresh()]);
    const channel = this.#open(grpc);
    await channel.connect(signal);
    return this.#call(channel, request, this.#metadata(grpc, headers), signal);
  }

  async #call(
    channel: GrpcChannel,
    request: Uint8Array,
    metadata: Grpc.Metadata,
    signal: AbortSignal,
  ): Promise<Answer> {
    try {
      const answer = channel.call(request, metadata, signal);
      setImmediate(() => this.#loop?.release());
      return { kind: "grpc", code: 0, details: "", body: await answer };
    } catch (error) {
      return failedCallAnswer(error as Grpc.ServiceError);
    }
  }

  #open(grpc: typeof Grpc): GrpcChannel {
    // A channel that failed waits before it connects again; a new one does not.
    if (this.#channel?.failed) this.close();
    if (this.#channel) return this.#channel;
    const { tls: files = {}, credentials, compression = "auto", userAgent } = this.#options;
    const { hostname, protocol } = this.#url;
    this.#channel = new GrpcChannel(grpc, {
      url: this.#url,
      tls: !credentials && protocol === "https:" ? readTlsFiles(files) : {},
      ...(credentials && { credentials }),
      compression,
      userAgent: userAgent ? `${userAgent} phoenix-otel` : "phoenix-otel",
      proxied: !isNearHost(hostname),
    });
    return this.#channel;
  }

  #metadata(grpc: typeof Grpc, headers: Readonly<Record<string, string>>): Grpc.Metadata {
    const metadata = this.#options.metadata?.clone() ?? new grpc.Metadata();
    for (const [name, value] of Object.entries(headers)) {
      if (metadata.get(name).length > 0) continue;
      try {
        metadata.set(name, name.endsWith("-bin") ? Buffer.from(value, "base64") : value);
      } catch {
        // grpc-js's own message quotes the value.
        throw Object.assign(new Error(`the header "${name}" cannot be sent`), {
          code: INVALID_HEADER,
        });
      }
    }
    return metadata;
  }

  #failure(error: Error): Answer {
    const answer = networkAnswer(error);
    // A connection that swallowed a call is not worth keeping.
    if (answer.code === "ETIMEDOUT") this.close();
    return answer;
  }
}

async function loadGrpc(): Promise<typeof Grpc> {
  try {
    return await import("@grpc/grpc-js");
  } catch (error) {
    const { code = "ERR_MODULE_NOT_FOUND", message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`cannot load gRPC: ${message.split("\n")[0]}`), { code });
  }
}

function textEntries(metadata: Grpc.Metadata | undefined): Record<string, string> {
  const entries = Object.entries(metadata?.getMap() ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, value.toString("base64")]));
}
