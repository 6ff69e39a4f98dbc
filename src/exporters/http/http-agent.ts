// The connections of the HTTP sender: a keep-alive agent with TLS material, straight or by proxy.
import type * as http from "node:http";
import type * as https from "node:https";
import type * as net from "node:net";
import type { TlsMaterial } from "../exit-route.ts";
import { type CreateRequest, ownRequest } from "../wire/own-request.ts";
import { connectToProxy, openTunnel } from "../wire/proxy-tunnel.ts";

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
  /** Closes what is open; an agent that the program made is the program's, and stays as it is. */
  close(): void;
  request: CreateRequest;
  /** Set when requests name their full URL to a proxy; a tunnel needs nothing of the kind. */
  forwardProxy: URL | undefined;
  /** What the agent knows of TLS that can be copied. */
  tls: TlsMaterial;
}

/** Loads node:http or node:https and makes the agent for `url`. */
export async function createHttpConnection(url: URL, settings: AgentSettings): Promise<HttpConnection> {
  const secure = url.protocol === "https:";
  const module = process.getBuiltinModule(secure ? "node:https" : "node:http");
  const { agentOptions, keepAlive = true, tls } = settings;
  if (typeof agentOptions === "function") {
    const agent = await agentOptions(url.protocol);
    const made = (agent as { options?: https.AgentOptions }).options ?? {};
    const known = { ...tls, ...copyableTls(made) };
    // Agents of others look at what calls them to find out whether there is to be TLS.
    const request: CreateRequest = (to, options = {}, onResponse) =>
      module.request(to as URL, options, onResponse);
    return { agent, request, forwardProxy: undefined, tls: known, close: () => undefined };
  }
  const options: https.AgentOptions = { keepAlive, ...(secure ? tls : {}), ...agentOptions };
  const proxy = settings.proxy === undefined ? undefined : new URL(settings.proxy);
  const agent = new module.Agent(options);
  if (proxy) await goThrough(proxy, agent, secure);
  return {
    agent,
    close: () => agent.destroy(),
    request: ownRequest,
    forwardProxy: secure ? undefined : proxy,
    tls: copyableTls(options),
  };
}

/**
 * Makes `agent` connect to the proxy, whatever host a request names; where the destination is secure, by CONNECT and TLS
 * inside, as node:https does from Node 24 on.
 */
async function goThrough(proxy: URL, agent: http.Agent, secure: boolean): Promise<void> {
  const tls = process.getBuiltinModule("node:tls");
  type Options = net.TcpNetConnectOpts & { servername?: string };
  type Done = (error: Error | null, socket?: net.Socket) => void;
  const connect = async (options: Options): Promise<net.Socket> => {
    if (!secure) return connectToProxy(proxy);
    const socket = await openTunnel(proxy, `${options.host ?? ""}:${options.port}`);
    return tls.connect({ ...options, socket });
  };
  const tell = async (options: Options, done: Done): Promise<void> => {
    let socket: net.Socket;
    try {
      socket = await connect(options);
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, socket);
  };
  // An agent takes what it is given back for the socket.
  const createConnection = (options: Options, done: Done): void => void tell(options, done);
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
