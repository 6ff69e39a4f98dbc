// Whether the destination has a name and a port that somebody listens at, before anything is sent.
import { lookup } from "node:dns/promises";
import net from "node:net";
import type { Destination } from "../../config/target.ts";
import { within } from "../../deadline.ts";
import { errorText } from "../../diagnostics.ts";
import { type Finding, good, open, wrong } from "./check.ts";

const LOOKUP_MILLIS = 2_000;
const CONNECT_MILLIS = 2_000;

/** What both checks are told. */
export interface Reach {
  /** Those that spans may go to, best first. */
  readonly destinations: readonly Destination[];
  /** The setting that names them; `default` where none does. */
  readonly source: string;
  /** What to set or check: its own words. */
  readonly advice: string;
}

/** Why neither can be asked: a proxy connects in our place. */
function behindProxy({ destinations }: Reach): Finding | undefined {
  const proxy = destinations.find((each) => each.proxy !== undefined)?.proxy;
  return (
    proxy &&
    open(`It is the proxy ${proxy.value} (from ${proxy.source}) that connects.`, { source: proxy.source })
  );
}

/** Whether the host's name leads to an address. */
export async function checkName(reach: Reach): Promise<Finding> {
  const proxied = behindProxy(reach);
  if (proxied !== undefined) return proxied;
  const { host } = addressOf(reach.destinations[0] as Destination);
  if (net.isIP(host) !== 0) return good(`${host} is an address.`);
  try {
    const found = await bounded(LOOKUP_MILLIS, lookup(host));
    if (found === undefined)
      return wrong(`The name ${host} was not resolved within 2 s.`, reach.advice, reach);
    return good(`${host} is ${found.address}.`);
  } catch (error) {
    const why = `The name ${host} leads nowhere: ${errorText(error)}.`;
    return wrong(why, `${reach.advice} Is the host's name right?`, { source: reach.source });
  }
}

/** Whether somebody listens; where there are two ways, one is enough. */
export async function checkPorts(reach: Reach): Promise<Finding> {
  const proxied = behindProxy(reach);
  if (proxied !== undefined) return proxied;
  const tried = await Promise.all(
    reach.destinations.map(async (each) => ({ each, fault: await connect(each) })),
  );
  const where = ({ url }: Destination): string => new URL(url).host;
  const reached = tried.filter(({ fault }) => fault === undefined);
  const missed = tried.filter(({ fault }) => fault !== undefined);
  const misses = missed.map(({ each, fault }) => `${where(each)} ${fault}`).join(", ");
  if (reached.length === 0) {
    return wrong(`Nothing takes a connection: ${misses}.`, `Is Phoenix running? ${reach.advice}`, {
      source: reach.source,
      code: "PHX302",
    });
  }
  const hosts = reached.map(({ each }) => where(each)).join(" and ");
  return good(`${hosts} ${reached.length > 1 ? "take" : "takes"} connections${misses && `; ${misses}`}.`);
}

/** Connects and hangs up; gives what is wrong. */
async function connect(destination: Destination): Promise<string | undefined> {
  const { host, port } = addressOf(destination);
  const socket = net.connect({ host, port });
  try {
    const fault = await bounded(
      CONNECT_MILLIS,
      new Promise<string>((resolve) => {
        socket.once("connect", () => resolve(""));
        socket.once("error", (error: NodeJS.ErrnoException) => {
          resolve(
            error.code === "ECONNREFUSED" ? "refuses connections" : `fails (${error.code ?? error.message})`,
          );
        });
      }),
    );
    return fault === undefined ? "does not answer within 2 s" : fault || undefined;
  } finally {
    socket.destroy();
  }
}

function addressOf({ url }: Destination): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  };
}

/** What `promise` gives in time, else `undefined`. */
async function bounded<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  let given: { value: T } | undefined;
  await within(
    millis,
    promise.then((value) => (given = { value })),
  );
  return given?.value;
}
