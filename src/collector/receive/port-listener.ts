// One TCP port that can be opened, cut with every connection on it, and opened again on the same number.
import { createServer, type Server, type Socket } from "node:net";

/** A listening port and the connections on it. */
export class PortListener {
  readonly #host: string;
  readonly #onConnection: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  /** `port` 0 takes a free one at the first {@link open} and keeps it. */
  constructor(host: string, port: number, onConnection: (socket: Socket) => void) {
    this.#host = host;
    this.#port = port;
    this.#onConnection = onConnection;
  }

  /** The port, 0 before the first {@link open} of a free one. */
  get port(): number {
    return this.#port;
  }

  /** Listens. Rejects with Node's error (`EADDRINUSE`) when the port cannot be had. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (socket) => {
        this.#sockets.add(socket);
        socket.on("close", () => this.#sockets.delete(socket));
        socket.on("error", () => socket.destroy());
        this.#onConnection(socket);
      });
      server.once("error", reject);
      server.listen(this.#port, this.#host, () => {
        const address = server.address();
        if (typeof address === "object" && address !== null) this.#port = address.port;
        this.#server = server;
        resolve();
      });
    });
  }

  /** Stops listening and cuts every connection. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const server = this.#server;
      this.#server = undefined;
      for (const socket of this.#sockets) socket.destroy();
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
  }
}
