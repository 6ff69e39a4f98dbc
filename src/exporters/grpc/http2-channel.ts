// gRPC over node:http2: one session, which ends with its first fault and is never repaired.
import type * as http2 from "node:http2";
import type * as net from "node:net";
import type * as tls from "node:tls";
import type { Answer } from "../../delivery/sender.ts";
import { gzipBody } from "../wire/compression.ts";
import type { TlsMaterial } from "../exit-route.ts";
import { EXPORT_PATH, type GrpcChannel } from "./grpc-channel.ts";
import { invalidHeader } from "./grpc-headers.ts";
import { droppedAnswer, notConnectedAnswer } from "./http2-answer.ts";
import { callOnce } from "./http2-call.ts";
import { openTunnel } from "../wire/proxy-tunnel.ts";
import { unrefSocket } from "../wire/unref-socket.ts";

/** How to reach the server. */
export interface Http2ChannelSettings {
  url: URL;
  tls: TlsMaterial;
  /** Whether to gzip requests. */
  packs: boolean;
  userAgent: string;
  /** The URL of an HTTP proxy. */
  proxy?: string;
}

/** The modules of Node that an {@link Http2Channel} works with. */
export interface Http2Modules {
  http2: typeof http2;
  net: typeof net;
  tls: typeof tls;
}

/** Loads node:http2 and what it loads itself. */
export function loadHttp2(): Http2Modules {
  return {
    http2: process.getBuiltinModule("node:http2"),
    net: process.getBuiltinModule("node:net"),
    tls: process.getBuiltinModule("node:tls"),
  };
}

/** A session and its calls. Its socket never holds the process: what waits for a call holds it, or does not. */
export class Http2Channel implements GrpcChannel {
  readonly #modules: Http2Modules;
  readonly #settings: Http2ChannelSettings;
  readonly #fixedHeaders: http2.OutgoingHttpHeaders;
  #connecting: Promise<Answer | undefined> | undefined;
  #session: http2.ClientHttp2Session | undefined;
  #socket: net.Socket | undefined;
  #isConnected = false;
  /** No new call may start. */
  #isOver = false;
  #callsInFlight = 0;

  constructor(modules: Http2Modules, settings: Http2ChannelSettings) {
    this.#modules = modules;
    this.#settings = settings;
    this.#fixedHeaders = {
      ":method": "POST",
      ":path": EXPORT_PATH,
      ":authority": settings.url.host,
      te: "trailers",
      "content-type": "application/grpc",
      "user-agent": settings.userAgent,
      ...(settings.packs && { "grpc-encoding": "gzip" }),
    };
  }

  get failed(): boolean {
    // A session is closed as soon as the server says GOAWAY, while its calls go on.
    return this.#isOver || this.#session?.closed === true || this.#session?.destroyed === true;
  }

  async connect(signal: AbortSignal): Promise<Answer | undefined> {
    if (this.#isConnected) return undefined;
    signal.addEventListener("abort", () => this.#isConnected || this.#cut(), { once: true });
    this.#connecting ??= this.#open(signal);
    return this.#connecting;
  }

  async call(request: Uint8Array, headers: http2.OutgoingHttpHeaders, signal: AbortSignal): Promise<Answer> {
    const packed = this.#settings.packs ? await gzipBody(request, "gzip") : undefined;
    signal.throwIfAborted();
    const session = this.#session;
    if (!session || this.failed) return droppedAnswer();
    this.#callsInFlight++;
    try {
      return await callOnce({
        session,
        url: this.#settings.url,
        headers: { ...headers, ...this.#fixedHeaders },
        message: packed ?? request,
        packed: packed !== undefined,
        signal,
        onAbort: this.#onAbort,
      });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // One that HTTP/2 does not know, such as "connection".
      if (/HEADER|TOKEN|INVALID_CHAR/.test(code ?? "")) throw invalidHeader(headerIn(message));
      this.#isOver = true;
      throw error;
    } finally {
      this.#callsInFlight--;
      if (this.#isOver) this.close();
    }
  }

  close(): void {
    this.#isOver = true;
    if (this.#callsInFlight > 0) return;
    if (this.#isConnected) this.#session?.destroy();
    else this.#cut();
  }

  /**
   * A connection that swallowed a call takes no other. What it has not written yet must not go out any
   * more: the caller uses those bytes again.
   */
  readonly #onAbort = (written: boolean): void => {
    this.#isOver = true;
    if (!written || this.#callsInFlight === 1) this.#cut();
  };

  #cut(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  async #open(signal: AbortSignal): Promise<Answer | undefined> {
    try {
      const { url, proxy } = this.#settings;
      const target = `${url.hostname}:${portOf(url)}`;
      const tunnel = proxy === undefined ? undefined : await openTunnel(new URL(proxy), target, signal);
      this.#socket = tunnel;
      if (this.#isOver) throw new Error("Connection closed");
      await this.#startSession(tunnel);
      this.#isConnected = true;
      return undefined;
    } catch (error) {
      this.#cut();
      return notConnectedAnswer(error as Error);
    }
  }

  /** Resolves when the server has spoken HTTP/2. */
  #startSession(tunnel: net.Socket | undefined): Promise<void> {
    const session = this.#modules.http2.connect(this.#settings.url.origin, {
      // Node's 10 MB reset calls as soon as the bodies in flight pass it.
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
      // And its 128 headers are less than some gateways add.
      maxHeaderListPairs: 2000,
      settings: { enablePush: false },
      createConnection: () => this.#createSocket(tunnel),
    });
    this.#session = session;
    return new Promise((resolve, reject) => {
      session.once("remoteSettings", () => resolve());
      session.on("error", reject);
      session.once("close", () => reject(new Error("Failed to connect")));
      // After a TLS alert the session waits for a server that says no more.
      this.#socket?.on("error", (error) => {
        reject(error);
        this.#cut();
      });
    });
  }

  #createSocket(tunnel: net.Socket | undefined): net.Socket {
    const { net, tls } = this.#modules;
    const { url, tls: material } = this.#settings;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const to = tunnel ? { socket: tunnel } : { port: portOf(url) };
    const servername = net.isIP(host) ? {} : { servername: host };
    const socket =
      url.protocol === "https:"
        ? tls.connect({ host, ...to, ...servername, ...material, ALPNProtocols: ["h2"] })
        : (tunnel ?? net.connect({ host, port: portOf(url) }));
    unrefSocket(socket);
    this.#socket = socket;
    return socket;
  }
}

const portOf = (url: URL): number => Number(url.port) || (url.protocol === "https:" ? 443 : 80);

/** Node quotes the name of the header. */
const headerIn = (message: string): string => /"([^"]*)"/.exec(message)?.[1] ?? "?";
