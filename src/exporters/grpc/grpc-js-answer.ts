// What grpc-js reports of a call, as an Answer.
import type { ServiceError } from "@grpc/grpc-js";
import type { Answer } from "../../delivery/sender.ts";
import { GRPC_STATUS } from "../../delivery/grpc-status.ts";
import { NO_SERVER } from "../wire/is-unreachable.ts";
import { networkAnswer } from "../wire/network-answer.ts";
import { refusedAnswer, STATUS_DETAILS } from "./grpc-answer.ts";

/** Where grpc-js puts the operating system's word for what failed. */
const NODE_CODE =
  /\b(E(?:CONN[A-Z]+|PIPE|AI_AGAIN|NOTFOUND|TIMEDOUT|NETUNREACH|HOSTUNREACH|HOSTDOWN|ADDR[A-Z]+))\b/;

/**
 * A failed call as an answer: `network` when a plain network fault kept the call from an answer,
 * else the status. TLS failures and a server of another protocol stay status 14 with their text.
 */
export function failedCallAnswer(error: ServiceError): Answer {
  if (typeof error.code !== "number") return networkAnswer(error);
  const details = error.details ?? error.message;
  const status: number = error.code;
  if (status === GRPC_STATUS.UNAVAILABLE && NO_SERVER.test(details)) {
    const code = nodeCode(details);
    if (code !== undefined) return { kind: "network", code, message: lastError(details) };
  }
  const [encoded] = error.metadata?.get(STATUS_DETAILS) ?? [];
  return refusedAnswer(status, details, encoded instanceof Uint8Array ? encoded : undefined);
}

function nodeCode(details: string): string | undefined {
  const code = NODE_CODE.exec(details)?.[1];
  if (code !== undefined) return code;
  if (details.startsWith("Name resolution failed")) return "ENOTFOUND";
  return details.startsWith("Connection dropped") ? "ECONNRESET" : undefined;
}

/** grpc-js wraps the last error in a sentence, a time and a note on name resolution. */
function lastError(details: string): string {
  const [, last = details] = /Last error: (?:Error: )?(.*)$/s.exec(details) ?? [];
  return last.replace(/\. Resolution note: .*$| \(\d{4}-\d\d-\d\dT[\d:.]+Z\)/gs, "");
}
