// Lets the process end while a gRPC call is in flight. grpc-js holds on to it for as long as the
// call takes, up to its deadline, and offers no switch; its sockets can be found by Node's own
// diagnostics channel and let go one by one.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** The sockets that are opened inside {@link LoopRelease.watch}. */
export class LoopRelease {
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
    process.nextTick(() => socket.unref());
  }
}
