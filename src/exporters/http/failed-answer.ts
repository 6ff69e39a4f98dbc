// An attempt over HTTP/1 that brought no answer, or one that is no HTTP: by its first bytes what it is.
import { TextDecoder } from "node:util";
import { NOT_HTTP } from "../../delivery/classify.ts";
import { oneLine } from "../../delivery/one-line.ts";
import type { Answer } from "../../delivery/sender.ts";
import { networkAnswer } from "../wire/network-answer.ts";

type NetworkAnswer = Extract<Answer, { kind: "network" }>;

/** What Node's parser says of bytes that do not begin as HTTP/1 does. */
const NO_HTTP1 = "HPE_INVALID_CONSTANT";

/** In a TLS record: an alert, of SSL 3 or later. */
const isTlsAlert = (bytes: Uint8Array): boolean => bytes[0] === 0x15 && bytes[1] === 0x03;

/** A frame of SETTINGS on stream 0, which every HTTP/2 server says first, or GOAWAY. */
const isHttp2 = (bytes: Uint8Array): boolean =>
  (bytes[3] === 0x04 || bytes[3] === 0x07) && bytes.subarray(5, 9).every((byte) => byte === 0);

/** An error of node:http as an answer. */
export function failedAnswer(error: Error): NetworkAnswer {
  const answer = networkAnswer(error);
  const { rawPacket: bytes } = error as { rawPacket?: Uint8Array };
  if (answer.code === "HPE_HEADER_OVERFLOW") {
    return { ...answer, message: "its headers are larger than 256 KB" };
  }
  if (answer.code !== NO_HTTP1 || bytes === undefined || isHttp2(bytes)) return answer;
  if (isTlsAlert(bytes)) return { kind: "network", code: "ERR_TLS_PORT", message: "the port speaks TLS" };
  const words = oneLine(new TextDecoder("latin1").decode(bytes.subarray(0, 60)));
  return { kind: "network", code: NOT_HTTP, message: `it says "${words}", which is no HTTP` };
}
