// How the exit worker may reach a server: plain data, since a worker gets copies.
import type { ConnectionOptions } from "node:tls";
import type { Sender } from "../delivery/sender.ts";

/** TLS settings of plain data, so that they can be copied into a worker. */
export type TlsMaterial = Pick<
  ConnectionOptions,
  "ca" | "cert" | "key" | "pfx" | "passphrase" | "servername" | "rejectUnauthorized"
>;

/** One way to a server, complete: nothing else is looked up at exit. */
export interface ExitRoute {
  protocol: "grpc" | "http/protobuf";
  /** The request URL on HTTP; scheme, host and port on gRPC. May hold a user part. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Whether a function that gives more headers, or the key, has given nothing yet. */
  lacksHeaders?: boolean;
  tls?: TlsMaterial;
  /** Whether gzip was asked for by name. What `auto` would compress goes as it is: time is short. */
  gzip?: boolean;
  /** The URL of an HTTP proxy to go through. */
  proxy?: string;
  /** Goes in front of ours on gRPC; on HTTP it is among the headers. */
  userAgent?: string;
}

/** A sender whose requests can also be delivered while the process exits. */
export interface ExitableSender extends Sender {
  /**
   * The ways to try at exit, best first; what is known without waiting. Headers of an asynchronous
   * function are those it gave last.
   */
  exitRoutes(): readonly ExitRoute[];
}
