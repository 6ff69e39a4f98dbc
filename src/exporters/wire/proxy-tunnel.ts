// A connection through an HTTP proxy, by CONNECT.
import type { Socket } from "node:net";
import { unrefSocket } from "./unref-socket.ts";

/** The code of the error when a proxy refuses the tunnel. */
const PROXY_FAILED = "ERR_PROXY_TUNNEL";

/**
 * Opens a tunnel through `proxy` to `target` (`host:port`); rejects with Node's error, or with the code
 * `ERR_PROXY_TUNNEL` when the proxy refuses. The socket does not hold the process.
 */
export async function openTunnel(proxy: URL, target: string, signal?: AbortSignal): Promise<Socket> {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const connecting = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port || 80,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
      ...(signal && { signal }),
    });
    connecting.once("socket", unrefSocket);
    connecting.once("error", reject);
    connecting.once("connect", (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        const message = `the proxy ${proxy.host} answered ${response.statusCode} to CONNECT`;
        reject(Object.assign(new Error(message), { code: PROXY_FAILED }));
        return;
      }
      // An HTTP/2 server speaks first; what it said came along with the proxy's answer.
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    connecting.end();
  });
}

/** The `proxy-authorization` header for a proxy URL with a user part. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}
