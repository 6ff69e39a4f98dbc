// Which hosts are this machine or a private network: where a credential may travel over plain http.
import type { BlockList } from "node:net";

const PRIVATE_NETWORKS = [
  ["127.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["0.0.0.0", 32, "ipv4"], // Connecting to "any" reaches this machine.
  ["::", 128, "ipv6"],
  ["::1", 128, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
] as const;

let privateAddresses: BlockList | undefined;

/**
 * Whether a host, as it stands in a URL (IPv6 in brackets), is loopback or private. Names of one label (`phoenix`) and
 * names under `.localhost`, `.local` and `.internal` count as private.
 */
export function isPrivateHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  // An address has a colon or ends in a digit; anything else is decided without loading node:net.
  if (/:|\d$/.test(name)) {
    const net = process.getBuiltinModule("node:net");
    const family = net.isIP(name);
    if (family !== 0) return addresses(net).check(name, family === 4 ? "ipv4" : "ipv6");
  }
  return !name.includes(".") || /\.(?:localhost|local|internal)$/.test(name);
}

function addresses(net: { BlockList: typeof BlockList }): BlockList {
  if (privateAddresses !== undefined) return privateAddresses;
  privateAddresses = new net.BlockList();
  for (const [network, prefix, family] of PRIVATE_NETWORKS) {
    privateAddresses.addSubnet(network, prefix, family);
  }
  return privateAddresses;
}
