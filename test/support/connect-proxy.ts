// A real HTTP proxy on loopback that opens tunnels to this machine and remembers what it was asked for.
import { createServer, request as requestOf, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect } from "node:net";
import { certificates } from "./certificates.ts";
import { listenOnOwnPort } from "./own-ports.ts";

/** A running proxy. */
export interface ConnectProxy {
  /** With a user part, `user:pass`. */
  readonly url: string;
  /** Method, target and `proxy-authorization` of every request. */
  readonly seen: readonly string[];
  close(): void;
}

/**
 * Starts a proxy; `status` is its answer to CONNECT, `secure` has it speak TLS. Whatever host is asked for, a tunnel leads
 * to that port of 127.0.0.1, and so does a request for a URL that names a port; other requests get an empty answer.
 */
export async function startConnectProxy(status = 200, secure = false): Promise<ConnectProxy> {
  const seen: string[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const forward: RequestListener = (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
    const { port, pathname } = new URL(request.url ?? "", "http://here");
    if (port === "") {
      request.resume().on("end", () => response.end());
      return;
    }
    const { method, headers } = request;
    const onward = requestOf({ host: "127.0.0.1", port, path: pathname, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward.on("error", () => response.destroy()));
  };
  const { key, cert } = secure ? certificates().server : { key: "", cert: "" };
  const proxy = secure ? createSecureServer({ key, cert }, forward) : createServer(forward);
  proxy.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    if (status < 200 || status > 299) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const port = Number(request.url?.split(":").at(-1));
    const onward = connect(port, "127.0.0.1", () => socket.write(`HTTP/1.1 ${status} OK\r\n\r\n`));
    onward.pipe(socket).pipe(onward);
    for (const end of [onward, socket]) {
      sockets.add(end);
      end.on("error", () => undefined);
    }
  });
  const port = await listenOnOwnPort(proxy);
  return {
    url: `${secure ? "https" : "http"}://user:pass@127.0.0.1:${port}`,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
