// Which hosts are this machine or a private network: where a credential may travel over plain http.
import { BlockList, isIP } from "node:net";

const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
] as const) {
  privateAddresses.addSubnet(network, prefix, "ipv4");
}
privateAddresses.addAddress("0.0.0.0", "ipv4"); // Connecting to "any" reaches this machine.
privateAddresses.addAddress("::", "ipv6");
privateAddresses.addAddress("::1", "ipv6");
privateAddresses.addSubnet("fc00::", 7, "ipv6");
privateAddresses.addSubnet("fe80::", 10, "ipv6");

/**
 * Whether a host, as it stands in a URL (IPv6 in brackets), is loopback or private. Names of one label (`phoenix`) and
 * names under `.localhost`, `.local` and `.internal` count as private.
 */
export function isPrivateHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  const family = isIP(name);
  if (family !== 0) return privateAddresses.check(name, family === 4 ? "ipv4" : "ipv6");
  return !name.includes(".") || /\.(?:localhost|local|internal)$/.test(name);
}
