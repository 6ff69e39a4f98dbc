// The connections of the HTTP sender: a keep-alive agent with TLS material, straight or by proxy.
import type * as http from "node:http";
import type * as https from "node:https";
import type * as net from "node:net";
import type { TlsMaterial } from "./exit-route.ts";

/** Agent options, or a function that makes the agent: what OpenTelemetry's HTTP exporters take. */
export type HttpAgentOptions =
  | http.AgentOptions
  | https.AgentOptions
  | ((protocol: string) => http.Agent | https.Agent | Promise<http.Agent> | Promise<https.Agent>);

/** How to connect. */
export interface AgentSettings {
  agentOptions?: HttpAgentOptions;
  keepAlive?: boolean;
  tls: TlsMaterial;
  proxy?: string;
}

/** The loaded modules and agent that one sender keeps. */
export interface HttpConnection {
  agent: http.Agent;
  request: typeof http.request;
  /** Set when requests name their full URL to a proxy; a tunnel needs nothing of the kind. */
  forwardProxy: URL | undefined;
  /** What the agent knows of TLS that can be copied. */
  tls: TlsMaterial;
}

/** The code of the answer when a proxy refuses the tunnel. */
export const PROXY_FAILED = "ERR_PROXY_TUNNEL";

/** Loads node:http or node:https and makes the agent for `url`. */
export async function createHttpConnection(url: URL, settings: AgentSettings): Promise<HttpConnection> {
  const secure = url.protocol === "https:";
  const module = secure ? await import("node:https") : await import("node:http");
  const { agentOptions, keepAlive = true, tls } = settings;
  if (typeof agentOptions === "function") {
    const agent = await agentOptions(url.protocol);
    const made = (agent as { options?: https.AgentOptions }).options ?? {};
    const known = { ...tls, ...copyableTls(made) };
    return { agent, request: module.request, forwardProxy: undefined, tls: known };
  }
  const options: https.AgentOptions = { keepAlive, ...(secure ? tls : {}), ...agentOptions };
  const proxy = settings.proxy === undefined ? undefined : new URL(settings.proxy);
  const agent = new module.Agent(options);
  if (secure && proxy) await tunnelThrough(proxy, agent);
  return {
    agent,
    request: module.request,
    forwardProxy: secure ? undefined : proxy,
    tls: copyableTls(options),
  };
}

/** The value of `proxy-authorization` for a proxy URL with a user part. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}

/** Makes `agent` open each connection by CONNECT, as node:https does from Node 24 on. */
async function tunnelThrough(proxy: URL, agent: http.Agent): Promise<void> {
  const [{ request }, tls] = await Promise.all([import("node:http"), import("node:tls")]);
  type Connect = (
    options: net.TcpNetConnectOpts & { servername?: string },
    done: (error: Error | null, socket?: net.Socket) => void,
  ) => undefined;
  const createConnection: Connect = (options, done) => {
    const target = `${options.host ?? ""}:${options.port}`;
    const connecting = request({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
    });
    connecting.once("socket", (socket) => socket.unref());
    connecting.once("error", done);
    connecting.once("connect", (response, socket) => {
      if (response.statusCode === 200) {
        done(null, tls.connect({ ...options, socket }));
        return;
      }
      socket.destroy();
      const message = `the proxy ${proxy.host} answered ${response.statusCode} to CONNECT`;
      done(Object.assign(new Error(message), { code: PROXY_FAILED }));
    });
    connecting.end();
  };
  Object.assign(agent, { createConnection });
}

const COPYABLE: readonly (keyof TlsMaterial)[] = [
  "ca",
  "cert",
  "key",
  "pfx",
  "passphrase",
  "servername",
  "rejectUnauthorized",
];

/** The TLS settings among agent options that a worker can get a copy of. */
export function copyableTls(options: https.AgentOptions): TlsMaterial {
  return Object.fromEntries(
    COPYABLE.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}
