// OTLP over gRPC: one call per attempt over node:http2, which loads with the first request. grpc-js takes its
// place only for credentials with TLS, which nothing else can use.
import type * as Grpc from "@grpc/grpc-js";
import type { Answer } from "../../delivery/sender.ts";
import type { Compression } from "../wire/compression.ts";
import { withDeadline } from "../../deadline.ts";
import type { ExitableSender, ExitRoute } from "../exit-route.ts";
import type { GrpcChannel } from "./grpc-channel.ts";
import { grpcHeaders } from "./grpc-headers.ts";
import { isUnseen } from "./http2-answer.ts";
import { GrpcJsChannel, loadGrpcJs } from "./grpc-js-channel.ts";
import { Http2Channel, loadHttp2 } from "./http2-channel.ts";
import { isNearHost } from "../../config/hosts.ts";
import { networkAnswer } from "../wire/network-answer.ts";
import { RequestHeaders, type HeadersSource } from "../wire/request-headers.ts";
import { readableTls, readTlsFiles, type TlsFiles } from "../wire/tls-files.ts";
import { untraced } from "../wire/untraced.ts";
import { urlForMessages } from "../wire/url-for-messages.ts";

/** What {@link GrpcSender} takes; everything but the URL has a default. */
export interface GrpcSenderOptions {
  /** `http://host:port` in clear, `https://host:port` with TLS. */
  url: string;
  headers?: HeadersSource;
  tls?: TlsFiles;
  /** gzip only when asked for by name: it does not lift a server's size limit. */
  compression?: Compression;
  /** As OpenTelemetry's exporter takes them; they win over `tls` and the URL's scheme. Insecure ones are just that: `http`. */
  credentials?: Grpc.ChannelCredentials;
  /** As OpenTelemetry's exporter takes it; wins over `headers` of the same name. */
  metadata?: Grpc.Metadata;
  /** The URL of a proxy, `http://` or `https://`. With `credentials` grpc-js reads its variables itself. */
  proxy?: string;
  /** Goes in front of `phoenix-otel` in the user agent. */
  userAgent?: string;
  /** As in `HttpSenderOptions`. */
  holdsProcess?: boolean;
}

/** A server that goes refuses what crossed its word of it; one that refuses more often is busy. */
const MAX_REPEATS = 2;

/** Servers accept 4 MiB by default. */
const MAX_REQUEST_BYTES = 3.5 * 1024 * 1024;

/** Sends over node:http2, or over @grpc/grpc-js when it gets credentials with TLS. */
export class GrpcSender implements ExitableSender {
  readonly url: string;
  readonly maxRequestBytes: number = MAX_REQUEST_BYTES;
  readonly #options: GrpcSenderOptions;
  readonly #url: URL;
  readonly #headers: RequestHeaders;
  readonly #holdsProcess: boolean;
  #createChannel: (() => GrpcChannel) | undefined;
  #channel: GrpcChannel | undefined;

  constructor(options: GrpcSenderOptions) {
    this.#options = options;
    this.#url = targetOf(options);
    this.url = urlForMessages(this.#url).replace(/\/$/, "");
    this.#headers = new RequestHeaders(options.headers);
    this.#holdsProcess = options.holdsProcess ?? true;
  }

  send(request: Uint8Array, timeoutMillis: number): Promise<Answer> {
    return this.#limited(timeoutMillis, (signal) => this.#attempt(request, signal));
  }

  /** Connects within the time and resolves with `undefined`, or with why that was not possible. */
  async reach(timeoutMillis: number): Promise<Answer | undefined> {
    // Loading takes its time on a busy machine and says nothing about the server.
    await this.#load().catch(() => undefined);
    return this.#limited(timeoutMillis, async (signal) => {
      await this.#load();
      return this.#open().connect(signal);
    });
  }

  exitRoutes(): readonly ExitRoute[] {
    const { proxy, metadata, userAgent, tls: files = {} } = this.#options;
    return [
      {
        protocol: "grpc",
        url: this.#url.href,
        headers: { ...this.#headers.now(), ...textEntries(metadata) },
        lacksHeaders: this.#headers.areMissing,
        gzip: this.#options.compression === "gzip",
        tls: this.#url.protocol === "https:" ? readableTls(files) : {},
        ...(proxy !== undefined && { proxy }),
        ...(userAgent !== undefined && { userAgent }),
      },
    ];
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  async #limited<T>(
    timeoutMillis: number,
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | Answer> {
    try {
      return await untraced(() => withDeadline(timeoutMillis, this.#holdsProcess, attempt));
    } catch (error) {
      return networkAnswer(error as Error);
    }
  }

  async #attempt(request: Uint8Array, signal: AbortSignal): Promise<Answer> {
    await this.#load();
    const headers = grpcHeaders(await this.#headers.fresh(), this.#options.metadata);
    for (let again = MAX_REPEATS; ; again--) {
      const channel = this.#open();
      const answer = (await channel.connect(signal)) ?? (await channel.call(request, headers, signal));
      if (!isUnseen(answer) || again === 0 || signal.aborted) return answer;
    }
  }

  /** A failed channel is never repaired: the next attempt connects at once, whatever came before. */
  #open(): GrpcChannel {
    if (this.#channel?.failed) this.close();
    this.#channel ??= this.#createChannel!();
    return this.#channel;
  }

  async #load(): Promise<void> {
    if (this.#createChannel) return;
    const { tls = {}, credentials, compression = "auto", userAgent, proxy } = this.#options;
    const url = this.#url;
    const agent = userAgent ? `${userAgent} phoenix-otel` : "phoenix-otel";
    if (credentials && url.protocol === "https:") {
      const grpc = await loadGrpcJs();
      const [proxied, holdsProcess] = [!isNearHost(url.hostname), this.#holdsProcess];
      const settings = { url, credentials, compression, userAgent: agent, proxied, holdsProcess };
      this.#createChannel = () => new GrpcJsChannel(grpc, settings);
      return;
    }
    const modules = loadHttp2();
    this.#createChannel = () =>
      new Http2Channel(modules, {
        url,
        // Read anew for every connection: a file may have become readable, or have a new certificate.
        tls: url.protocol === "https:" ? readTlsFiles(tls) : {},
        packs: compression === "gzip",
        userAgent: `${agent} grpc-node-http2`,
        ...(proxy !== undefined && { proxy }),
      });
  }
}

/** Credentials decide whether there is TLS, whatever the URL says: so has it OpenTelemetry's exporter. */
function targetOf({ url, credentials }: GrpcSenderOptions): URL {
  if (credentials === undefined) return new URL(url);
  return new URL(url.replace(/^https?:/, credentials._isSecure() ? "https:" : "http:"));
}

function textEntries(metadata: Grpc.Metadata | undefined): Record<string, string> {
  const entries = Object.entries(metadata?.getMap() ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, value.toString("base64")]));
}
