// A port for a receiver under test: optionally behind TLS, and able to reset a connection or tell its bytes.
import type { Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { PortListener } from "../../src/collector/receive/port-listener.ts";
import { tryOwnPorts } from "./own-ports.ts";

/** PEM texts of a server; `clientCa` makes it demand a client certificate signed by that authority. */
export interface PortTls {
  readonly key: string;
  readonly cert: string;
  readonly clientCa?: string;
  /** The protocol that clients may choose by ALPN. */
  readonly protocol: "http/1.1" | "h2";
}

/** A free port of 127.0.0.1, the same one at each `open`. */
export class BreakablePort {
  readonly #onConnection: (socket: Socket) => void;
  #listener: PortListener | undefined;
  /** The TCP connections by peer, `address:port`: under TLS a receiver sees only what is above them. */
  readonly #connections = new Map<string, Socket>();
  readonly #bytesTold = new WeakMap<Socket, number>();

  /** `serve` takes each connection, decrypted. */
  constructor(serve: (connection: Socket) => void, tls?: PortTls) {
    const secured = tls === undefined ? serve : decrypting(serve, tls);
    this.#onConnection = (socket) => {
      const peer = `${socket.remoteAddress}:${socket.remotePort}`;
      this.#connections.set(peer, socket);
      socket.once("close", () => this.#connections.delete(peer));
      secured(socket);
    };
  }

  /** The port, 0 before the first {@link open}. */
  get port(): number {
    return this.#listener?.port ?? 0;
  }

  async open(): Promise<void> {
    if (this.#listener !== undefined) return this.#listener.open();
    this.#listener = await tryOwnPorts(async (port) => {
      const listener = new PortListener("127.0.0.1", port, this.#onConnection);
      await listener.open();
      return listener;
    });
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    await this.#listener?.close();
  }

  /** Cuts the connection of `peer` with a TCP reset. */
  reset(peer: string): void {
    this.#connections.get(peer)?.resetAndDestroy();
  }

  /** Bytes that `peer` sent since this was asked before, framing and encryption included. */
  bytesSince(peer: string): number {
    const socket = this.#connections.get(peer);
    if (socket === undefined) return 0;
    const before = this.#bytesTold.get(socket) ?? 0;
    this.#bytesTold.set(socket, socket.bytesRead);
    return socket.bytesRead - before;
  }
}

function decrypting(serve: (connection: Socket) => void, tls: PortTls): (socket: Socket) => void {
  const { key, cert, clientCa, protocol } = tls;
  const demand = clientCa === undefined ? {} : { ca: clientCa, requestCert: true };
  const server = createTlsServer({ key, cert, ...demand, ALPNProtocols: [protocol] }, (socket) => {
    socket.on("error", () => socket.destroy());
    serve(socket);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return (socket) => void server.emit("connection", socket);
}
