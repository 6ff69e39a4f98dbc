// Credentials of grpc-js, but for insecure ones, can be used by grpc-js alone: its client, for that one case. OpenTelemetry's
// exporter would be no substitute: it reconnects up to two minutes late, hides partial success, and has no way at exit.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { OutgoingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import type * as Grpc from "@grpc/grpc-js";
import { GRPC_STATUS } from "../../delivery/grpc-status.ts";
import type { Answer } from "../../delivery/sender.ts";
import { nextTurn } from "../../real-time.ts";
import type { Compression } from "../wire/compression.ts";
import { NO_SERVER } from "../wire/is-unreachable.ts";
import { networkAnswer } from "../wire/network-answer.ts";
import { refusedAnswer, STATUS_DETAILS, takenAnswer } from "./grpc-answer.ts";
import { EXPORT_PATH, type GrpcChannel } from "./grpc-channel.ts";

/** How to reach the server. */
export interface GrpcJsChannelSettings {
  url: URL;
  credentials: Grpc.ChannelCredentials;
  compression: Compression;
  userAgent: string;
  /** Whether grpc-js may look at its proxy variables. */
  proxied: boolean;
  holdsProcess: boolean;
}

/** Loads grpc-js; rejects with an error that says what could not be loaded. */
export async function loadGrpcJs(): Promise<typeof Grpc> {
  try {
    return await import("@grpc/grpc-js");
  } catch (error) {
    const { code = "ERR_MODULE_NOT_FOUND", message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`cannot load gRPC: ${message.split("\n")[0]}`), { code });
  }
}

/** A connection and its call; the generic client needs no generated code. */
export class GrpcJsChannel implements GrpcChannel {
  readonly #grpc: typeof Grpc;
  readonly #client: Grpc.Client;
  readonly #loop: LoopRelease | undefined;
  #swallowedCall = false;

  constructor(grpc: typeof Grpc, settings: GrpcJsChannelSettings) {
    const { url, credentials, compression, userAgent } = settings;
    this.#grpc = grpc;
    this.#loop = settings.holdsProcess ? undefined : new LoopRelease();
    this.#client = new grpc.Client(url.host, credentials, {
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

  /** Also after a call that was never answered: such a connection is not worth keeping. */
  get failed(): boolean {
    return this.#swallowedCall || this.#state(false) === this.#grpc.connectivityState.TRANSIENT_FAILURE;
  }

  connect(signal: AbortSignal): Promise<Answer | undefined> {
    return this.#watch(async () => {
      if (await this.#isReady(signal)) return undefined;
      // Only a call tells why; it fails at once on a channel that has no connection.
      const answer = await this.#unary(new Uint8Array(), new this.#grpc.Metadata(), signal);
      return answer.kind === "grpc" && answer.code === GRPC_STATUS.OK ? undefined : answer;
    });
  }

  call(request: Uint8Array, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<Answer> {
    const metadata = this.#grpc.Metadata.fromHttp2Headers(headers as Record<string, string | string[]>);
    return this.#watch(() => this.#unary(request, metadata, signal));
  }

  close(): void {
    this.#client.close();
  }

  #isReady(signal: AbortSignal): Promise<boolean> {
    const { READY, TRANSIENT_FAILURE, SHUTDOWN } = this.#grpc.connectivityState;
    return new Promise((resolve) => {
      this.#onAbort(signal, () => resolve(false));
      const look = (): void => {
        const state = this.#state(true);
        if (state === READY) resolve(true);
        else if (state === TRANSIENT_FAILURE || state === SHUTDOWN) resolve(false);
        else this.#client.getChannel().watchConnectivityState(state, Infinity, look);
      };
      look();
    });
  }

  #unary(request: Uint8Array, metadata: Grpc.Metadata, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      const call = this.#client.makeUnaryRequest(
        EXPORT_PATH,
        (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (bytes: Buffer): Uint8Array => bytes,
        request,
        metadata,
        (error, body = new Uint8Array()) => resolve(error ? failedCallAnswer(error) : takenAnswer(body)),
      );
      this.#onAbort(signal, () => call.cancel());
      nextTurn(() => this.#loop?.release());
    });
  }

  #onAbort(signal: AbortSignal, then: () => void): void {
    const abort = (): void => {
      this.#swallowedCall = true;
      then();
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }

  #watch<T>(fn: () => T): T {
    return this.#loop ? this.#loop.watch(fn) : fn();
  }

  #state(connect: boolean): Grpc.connectivityState {
    return this.#client.getChannel().getConnectivityState(connect);
  }
}

/** Where grpc-js puts the operating system's word for what failed. */
const NODE_CODE =
  /\b(E(?:CONN[A-Z]+|PIPE|AI_AGAIN|NOTFOUND|TIMEDOUT|NETUNREACH|HOSTUNREACH|HOSTDOWN|ADDR[A-Z]+))\b/;

/**
 * A failed call as an answer: `network` when a plain network fault kept the call from an answer,
 * else the status. TLS failures and a server of another protocol stay status 14 with their text.
 */
function failedCallAnswer(error: Grpc.ServiceError): Answer {
  if (typeof error.code !== "number") return networkAnswer(error);
  const details = error.details ?? error.message;
  const status: number = error.code;
  if (status === GRPC_STATUS.UNAVAILABLE && NO_SERVER.test(details)) {
    const code = nodeCode(details);
    if (code !== undefined) return { kind: "network", code, message: lastError(details) };
  }
  const [encoded] = error.metadata?.get(STATUS_DETAILS) ?? [];
  return refusedAnswer(status, details, encoded instanceof Uint8Array ? encoded : undefined);
}

function nodeCode(details: string): string | undefined {
  const code = NODE_CODE.exec(details)?.[1];
  if (code !== undefined) return code;
  if (details.startsWith("Name resolution failed")) return "ENOTFOUND";
  return details.startsWith("Connection dropped") ? "ECONNRESET" : undefined;
}

/** grpc-js wraps the last error in a sentence, a time and a note on name resolution. */
function lastError(details: string): string {
  const [, last = details] = /Last error: (?:Error: )?(.*)$/s.exec(details) ?? [];
  return last.replace(/\. Resolution note: .*$| \(\d{4}-\d\d-\d\dT[\d:.]+Z\)/gs, "");
}

/**
 * The sockets that are opened inside {@link LoopRelease.watch}. grpc-js holds the process for as long as a call takes,
 * up to its deadline, and offers no switch; its sockets can be found by Node's own diagnostics channel and let go.
 */
class LoopRelease {
  static readonly #current: AsyncLocalStorage<LoopRelease> = new AsyncLocalStorage();
  static #subscribed = false;
  readonly #sockets: Set<Socket> = new Set();

  /** Runs `fn`; sockets opened by it, also later, do not keep the process from ending. */
  watch<T>(fn: () => T): T {
    if (!LoopRelease.#subscribed) {
      LoopRelease.#subscribed = true;
      subscribe("net.client.socket", (message) => {
        const release = LoopRelease.#current.getStore();
        if (release) release.#add((message as { socket: Socket }).socket);
      });
    }
    return LoopRelease.#current.run(this, fn);
  }

  /** Lets go of the sockets again: a call takes hold of its connection's when it starts. */
  release(): void {
    for (const socket of this.#sockets) socket.unref();
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // The handle that holds the process exists only once connect() has run.
    nextTurn(() => socket.unref());
  }
}
