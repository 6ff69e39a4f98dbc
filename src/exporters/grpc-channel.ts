// A grpc-js client for OTLP: options, credentials, and getting it connected.
import type * as Grpc from "@grpc/grpc-js";
import type { Compression } from "./compression.ts";
import type { TlsMaterial } from "./exit-route.ts";

const EXPORT_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/** How to reach the server. */
export interface ChannelSettings {
  url: URL;
  tls: TlsMaterial;
  credentials?: Grpc.ChannelCredentials;
  compression: Compression;
  userAgent: string;
  /** Whether grpc-js may look at its proxy variables. */
  proxied: boolean;
}

/** A connection and its call; the generic client needs no generated code. */
export class GrpcChannel {
  readonly #grpc: typeof Grpc;
  readonly #client: Grpc.Client;

  constructor(grpc: typeof Grpc, settings: ChannelSettings) {
    const { url, compression, userAgent } = settings;
    this.#grpc = grpc;
    this.#client = new grpc.Client(url.host, credentials(grpc, settings), {
      "grpc.primary_user_agent": userAgent,
      "grpc.default_compression_algorithm":
        compression === "gzip" ? grpc.compressionAlgorithms.gzip : grpc.compressionAlgorithms.identity,
      "grpc.max_send_message_length": -1,
      "grpc.max_receive_message_length": -1,
      // Retrying and waiting is delivery's work; a channel of its own starts without a backoff
      // that another one, or the time before, has left behind.
      "grpc.enable_retries": 0,
      "grpc.use_local_subchannel_pool": 1,
      "grpc.initial_reconnect_backoff_ms": 500,
      "grpc.max_reconnect_backoff_ms": 1000,
      "grpc.service_config_disable_resolution": 1,
      ...(settings.proxied ? {} : { "grpc.enable_http_proxy": 0 }),
    });
  }

  /** Whether the last try to connect failed; such a channel waits before it tries again. */
  get failed(): boolean {
    return this.#state(false) === this.#grpc.connectivityState.TRANSIENT_FAILURE;
  }

  /** Connects, and resolves with whether that worked. Does not hold the process. */
  connect(signal: AbortSignal): Promise<boolean> {
    const { READY, TRANSIENT_FAILURE, SHUTDOWN } = this.#grpc.connectivityState;
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(false), { once: true });
      const look = (): void => {
        const state = this.#state(true);
        if (state === READY) resolve(true);
        else if (state === TRANSIENT_FAILURE || state === SHUTDOWN) resolve(false);
        else this.#client.getChannel().watchConnectivityState(state, Infinity, look);
      };
      look();
    });
  }

  /** Makes the call; resolves with the answer's bytes, rejects with grpc-js's error. */
  call(request: Uint8Array, metadata: Grpc.Metadata, signal: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        EXPORT_PATH,
        (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (bytes: Buffer): Uint8Array => bytes,
        request,
        metadata,
        (error, response) => (error ? reject(error) : resolve(response ?? new Uint8Array())),
      );
      signal.addEventListener("abort", () => call.cancel(), { once: true });
    });
  }

  close(): void {
    this.#client.close();
  }

  #state(connect: boolean): Grpc.connectivityState {
    return this.#client.getChannel().getConnectivityState(connect);
  }
}

function credentials(grpc: typeof Grpc, settings: ChannelSettings): Grpc.ChannelCredentials {
  if (settings.credentials) return settings.credentials;
  if (settings.url.protocol === "http:") return grpc.credentials.createInsecure();
  const { ca, key, cert } = settings.tls;
  const bytes = (material: unknown): Buffer | null =>
    typeof material === "string" ? Buffer.from(material) : null;
  return grpc.credentials.createSsl(bytes(ca), bytes(key), bytes(cert));
}
