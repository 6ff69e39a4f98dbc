// A connection that does not keep the process from ending.
import type { Socket } from "node:net";

/** Lets go of `socket` for good, and gives it: a host of several addresses gets a new handle for each that is tried. */
export function unrefSocket<T extends Socket>(socket: T): T {
  const unref = (): void => void socket.unref();
  unref();
  socket.on("connectionAttempt", unref);
  socket.once("connect", unref);
  return socket;
}
