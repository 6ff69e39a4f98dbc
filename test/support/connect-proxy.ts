// A real HTTP proxy on loopback that opens tunnels to this machine and remembers what it was asked for.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A running proxy. */
export interface ConnectProxy {
  /** With a user part, `user:pass`. */
  readonly url: string;
  /** Method, target and `proxy-authorization` of every request. */
  readonly seen: readonly string[];
  close(): void;
}

/** Starts a proxy; `status` is its answer to CONNECT. Whatever host is asked for, the tunnel leads to 127.0.0.1. */
export async function startConnectProxy(status = 200): Promise<ConnectProxy> {
  const seen: string[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
    request.resume().on("end", () => response.end());
  });
  proxy.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const port = Number(request.url?.split(":").at(-1));
    const onward = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    onward.pipe(socket).pipe(onward);
    for (const end of [onward, socket]) {
      sockets.add(end);
      end.on("error", () => undefined);
    }
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://user:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
