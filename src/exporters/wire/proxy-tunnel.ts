// Connections to an HTTP proxy, and through one by CONNECT.
import type { Socket } from "node:net";
import { decodeUserPart } from "../../config/endpoint.ts";
import { ownRequest } from "./own-request.ts";
import { unrefSocket } from "./unref-socket.ts";

/** The code of the error when a proxy cannot be spoken to, or refuses the tunnel. */
const PROXY_FAILED = "ERR_PROXY_TUNNEL";

/** The code of the error when it wants another user or password than its variable names. */
const PROXY_WANTS_LOGIN = "ERR_PROXY_LOGIN";

/** Codes of errors that say that nothing was reached, whatever it is. */
const UNREACHED = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|EADDR)/;

/**
 * Connects to `proxy` itself, by TLS where its URL says so. Rejects with Node's error, or with the code
 * `ERR_PROXY_TUNNEL` when TLS with it is not possible. The socket does not hold the process.
 */
export async function connectToProxy(proxy: URL, signal?: AbortSignal): Promise<Socket> {
  const net = process.getBuiltinModule("node:net");
  const tls = process.getBuiltinModule("node:tls");
  const host = proxy.hostname.replace(/^\[|\]$/g, "");
  const isSecure = proxy.protocol === "https:";
  const to = { host, port: Number(proxy.port) || (isSecure ? 443 : 80) };
  const servername = net.isIP(host) ? {} : { servername: host };
  const socket = unrefSocket(isSecure ? tls.connect({ ...to, ...servername }) : net.connect(to));
  const cut = (): void => void socket.destroy(signal?.reason as Error);
  signal?.addEventListener("abort", cut, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(isSecure ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A fault of TLS with the proxy must not look like one of TLS with Phoenix.
    if (signal?.aborted) throw error;
    if (!isSecure || UNREACHED.test(code ?? "")) {
      // Or it would look as if Phoenix had refused.
      const text = `the proxy ${proxy.host} cannot be reached: ${message || code}`;
      throw Object.assign(new Error(text), code !== undefined && { code });
    }
    throw failure(`no TLS connection to the proxy ${proxy.host} (${code ?? message})`);
  } finally {
    signal?.removeEventListener("abort", cut);
  }
  return socket;
}

/**
 * Opens a tunnel through `proxy` to `target` (`host:port`); rejects as {@link connectToProxy}, or with the code
 * `ERR_PROXY_TUNNEL` when the proxy refuses, `ERR_PROXY_LOGIN` when that is for want of a login. The socket does not hold the process.
 */
export async function openTunnel(proxy: URL, target: string, signal?: AbortSignal): Promise<Socket> {
  const connection = await connectToProxy(proxy, signal);
  return new Promise((resolve, reject) => {
    const connecting = ownRequest({
      createConnection: () => connection,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      ...(signal && { signal }),
    });
    connecting.once("error", reject);
    connecting.once("connect", (response, socket, head) => {
      const { statusCode: status = 0 } = response;
      if (status < 200 || status > 299) {
        socket.destroy();
        const code = status === 407 ? PROXY_WANTS_LOGIN : PROXY_FAILED;
        reject(failure(`the proxy ${proxy.host} answered ${status} to CONNECT`, code));
        return;
      }
      // An HTTP/2 server speaks first; what it said came along with the proxy's answer.
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    connecting.end();
  });
}

/** What `node:http` takes to ask a proxy. */
export interface ForwardOptions {
  readonly host: string;
  readonly hostname: string;
  readonly port: string | number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of a request by a proxy that is told the whole URL: to whom it goes, the path, and the headers that the proxy reads. */
export function forwardOptions(proxy: URL, url: URL): ForwardOptions {
  return {
    host: proxy.hostname,
    hostname: proxy.hostname,
    port: proxy.port || 80,
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { host: url.host, ...proxyAuthorization(proxy) },
  };
}

/** The `proxy-authorization` header for a proxy URL with a user part. */
function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "" && proxy.password === "") return {};
  const user = `${decodeUserPart(proxy.username)}:${decodeUserPart(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}

const failure = (message: string, code = PROXY_FAILED): Error => Object.assign(new Error(message), { code });
