import { describe, expect, it } from "vitest";
import { classify, type Verdict } from "../../src/delivery/classify.ts";
import { grpc, http, network } from "./simulation.ts";

/** A verdict in one word, with what qualifies it. */
function inWords(verdict: Verdict): string {
  switch (verdict.action) {
    case "retry":
      return `retry ${verdict.pace}${verdict.doubtful ? " doubtful" : ""}`;
    case "block":
      return `block ${verdict.reason}`;
    case "split":
      return verdict.limitBytes === undefined ? "split" : `split at ${verdict.limitBytes}`;
    case "ack":
      return verdict.rejectedSpans === 0 ? "ack" : `ack but ${verdict.rejectedSpans}`;
    default:
      return verdict.action;
  }
}

/** Every HTTP status, from 200 to 599: the listed ones, and what all others of their hundred mean. */
const HTTP: Record<number, string> = {
  400: "reject",
  401: "block credentials",
  403: "block credentials",
  404: "block path",
  405: "block path",
  407: "block request",
  408: "retry failing",
  413: "split",
  415: "block request",
  422: "reject",
  425: "retry failing",
  429: "retry failing",
  501: "block path",
  502: "retry away",
  503: "retry failing",
  504: "retry away",
  505: "block request",
  507: "retry full",
  511: "block page",
};
const OTHER_HTTP = { 2: "ack", 3: "block path", 4: "block refusal", 5: "retry failing doubtful" } as const;

const GRPC: readonly [code: number, details: string, verdict: string][] = [
  [0, "", "ack"],
  [1, "cancelled", "retry failing"],
  [2, "unknown", "retry failing doubtful"],
  [3, "bad", "reject"],
  [4, "Deadline exceeded", "retry away"],
  [4, "Deadline exceeded after 10s,Waiting for LB pick", "retry away"],
  [5, "not found", "reject"],
  [6, "exists", "reject"],
  [7, "", "block credentials"],
  [7, "Received HTTP status code 403", "block credentials"],
  [8, "SERVER: Received message larger than max (5202143 vs. 4194304)", "split at 4194304"],
  [8, "Received message larger than max (5202143 vs 4194304)", "split at 4194304"],
  [8, "Decompressed message larger than max", "split"],
  [8, "Received message that decompresses to a size larger than 4194304", "split"],
  [8, "grpc: trying to send message too large", "split"],
  [8, "Server is at capacity and cannot process more requests", "retry full"],
  [8, "database is locked", "retry full"],
  [9, "precondition", "reject"],
  [10, "aborted", "retry failing"],
  [11, "out of range", "retry failing"],
  [12, "Received HTTP status code 404", "block path"],
  [13, "internal", "retry failing doubtful"],
  [14, "Server is at capacity and cannot process more requests", "retry full"],
  [14, "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:4317", "retry away"],
  [14, "Name resolution failed for target dns:nowhere:4317", "retry away"],
  [14, "No connection established. Last error: Failed to connect", "retry away"],
  [14, "Connection dropped", "retry away"],
  [14, "Received HTTP status code 502", "retry away"],
  [14, "Received HTTP status code 503", "retry failing"],
  [14, "Received HTTP status code 429", "retry failing"],
  [14, "No connection established. Last error: Error: self-signed certificate", "block tls"],
  [
    14,
    "No connection established. Last error: Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match",
    "block tls",
  ],
  [
    14,
    "No connection established. Last error: Error: 40:error:0A00010B:SSL routines:ssl3_get_record:wrong version number",
    "block tls",
  ],
  [14, "No connection established. Last error: Error: SSL alert number 116", "block tls"],
  [14, "No connection established. Last error: Protocol error", "block protocol"],
  [15, "data loss", "retry failing"],
  [16, "", "block credentials"],
  [99, "no such code", "retry failing doubtful"],
];

const NETWORK: readonly [code: string | undefined, verdict: string, message?: string][] = [
  ["ECONNREFUSED", "retry away"],
  ["ECONNRESET", "retry away"],
  ["ECONNABORTED", "retry away"],
  ["EPIPE", "retry away"],
  ["ETIMEDOUT", "retry away"],
  ["EAI_AGAIN", "retry away"],
  ["ENOTFOUND", "retry away"],
  ["EHOSTUNREACH", "retry away"],
  ["ENETUNREACH", "retry away"],
  ["EMFILE", "retry away"],
  ["ERR_HTTP2_GOAWAY_SESSION", "retry away"],
  [undefined, "retry away", "socket hang up"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "block tls"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "block tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "block tls"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "block tls"],
  ["CERT_HAS_EXPIRED", "block tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "block tls"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "block tls"],
  ["EPROTO", "block tls"],
  [undefined, "block tls", "unable to verify the first certificate"],
  ["HPE_INVALID_CONSTANT", "block protocol"],
  ["HPE_INVALID_VERSION", "block protocol"],
  ["HPE_HEADER_OVERFLOW", "block answer"],
  ["HPE_INVALID_STATUS", "block answer"],
  ["ERR_NOT_HTTP", "block answer"],
  ["ERR_INVALID_CHAR", "block request"],
  ["ERR_INVALID_URL", "block request"],
  ["ERR_MODULE_NOT_FOUND", "block request"],
  ["ERR_ACCESS_DENIED", "block request"],
  ["ERR_HEADERS_FUNCTION", "retry failing"],
  ["ERR_TLS_FILE", "block tls"],
  ["ERR_PROXY_TUNNEL", "retry away"],
  ["ERR_PROXY_LOGIN", "block request"],
];

describe("classify", () => {
  it.each(Array.from({ length: 400 }, (_, index) => 200 + index))("knows HTTP %i", (status) => {
    const expected =
      HTTP[status] ??
      (status >= 520 && status < 530
        ? "retry failing"
        : OTHER_HTTP[Math.floor(status / 100) as keyof typeof OTHER_HTTP]);
    expect(inWords(classify(http(status)))).toBe(expected);
  });

  it.each(GRPC)("knows gRPC %i %s", (code, details, expected) => {
    expect(inWords(classify(grpc(code, details)))).toBe(expected);
  });

  it.each(NETWORK)("knows the network error %s: %s", (code, expected, message) => {
    expect(inWords(classify(network(code, message)))).toBe(expected);
  });

  it("takes a 200 with a web page for a proxy or a login page", () => {
    expect(inWords(classify(http(200, { isPage: true })))).toBe("block page");
  });

  it("tells Phoenix's full queue from another 503 by its text", () => {
    const text = "Server is at capacity and cannot process more requests";
    expect(inWords(classify(http(503, { text })))).toBe("retry full");
  });

  it("hands on the Retry-After of whatever is retried", () => {
    for (const status of [408, 429, 500, 502, 503, 504, 507, 522]) {
      expect(classify(http(status, { retryAfterMillis: 7000 }))).toMatchObject({ retryAfterMillis: 7000 });
    }
    for (const code of [1, 2, 4, 8, 10, 11, 13, 14, 15]) {
      expect(classify(grpc(code, "", { retryAfterMillis: 7000 }))).toMatchObject({ retryAfterMillis: 7000 });
    }
  });

  it("hands on the partial success of both protocols, and a refusal's words", () => {
    const partialSuccess = { rejectedSpans: 300, text: "no" };
    const expected = { action: "ack", ...partialSuccess };
    expect(classify(http(200, { partialSuccess }))).toEqual(expected);
    expect(classify(grpc(0, "", { partialSuccess }))).toEqual(expected);
    expect(classify(http(400, { text: "bad" }))).toEqual({ action: "reject", text: "bad" });
    expect(classify(grpc(3, "bad\nspan"))).toEqual({ action: "reject", text: "bad span" });
  });
});
