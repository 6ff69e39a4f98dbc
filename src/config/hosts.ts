// Which hosts are this machine, nearby, or a private network: decided by the name alone, nothing is looked up.
import type { BlockList } from "node:net";

/** Networks as `BlockList.addSubnet` takes them. */
type Networks = readonly (readonly [network: string, prefix: number, family: "ipv4" | "ipv6"])[];

const THIS_MACHINE: Networks = [
  ["127.0.0.0", 8, "ipv4"],
  ["::1", 128, "ipv6"],
  ["0.0.0.0", 32, "ipv4"], // Connecting to "any" reaches this machine.
  ["::", 128, "ipv6"],
];
const PRIVATE: Networks = [
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
];

const blocks = new Map<Networks, BlockList>();

/**
 * Whether a host, as it stands in a URL (IPv6 in brackets), is reached without a proxy: this machine, or a name of one
 * label (`phoenix`), which means something only nearby.
 */
export function isNearHost(host: string): boolean {
  const name = plainHost(host);
  const family = addressFamily(name);
  if (family !== undefined) return contains(THIS_MACHINE, name, family);
  return !name.includes(".") || name.endsWith(".localhost");
}

/**
 * Whether a host, as it stands in a URL, is near or in a private network: where a credential may travel over plain
 * http. Names under `.local` and `.internal` count as private.
 */
export function isPrivateHost(host: string): boolean {
  if (isNearHost(host)) return true;
  const name = plainHost(host);
  const family = addressFamily(name);
  return family === undefined ? /\.(?:local|internal)$/.test(name) : contains(PRIVATE, name, family);
}

/** A host of a URL as it is looked up: in lower case, without brackets and without the dot of a root. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/** The family of an address; undefined for a name. */
export function addressFamily(name: string): "ipv4" | "ipv6" | undefined {
  // An address has a colon or ends in a digit; anything else is decided without loading node:net.
  if (!/:|\d$/.test(name)) return undefined;
  return ({ 4: "ipv4", 6: "ipv6" } as const)[process.getBuiltinModule("node:net").isIP(name) as 4 | 6];
}

function contains(networks: Networks, address: string, family: "ipv4" | "ipv6"): boolean {
  let block = blocks.get(networks);
  if (block === undefined) {
    block = new (process.getBuiltinModule("node:net").BlockList)();
    for (const network of networks) block.addSubnet(...network);
    blocks.set(networks, block);
  }
  return block.check(address, family);
}
