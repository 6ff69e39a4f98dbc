// What an answer means: the one table that decides between ack, retry, split, block and reject.
import type { Pace } from "./backoff.ts";
import { GRPC_STATUS } from "./grpc-status.ts";
import { oneLine } from "./one-line.ts";
import type { Answer } from "./sender.ts";

/** What to do with a request after its answer. */
export type Verdict =
  /** Taken, but for `rejectedSpans`. */
  | { readonly action: "ack"; readonly rejectedSpans: number; readonly text: string }
  /**
   * A passing fault: keep, wait, send again. `doubtful` marks answers that a broken span may cause just
   * as well as a broken server (500, gRPC 2 and 13): they do not go on for ever.
   */
  | {
      readonly action: "retry";
      readonly pace: Pace;
      readonly doubtful: boolean;
      readonly retryAfterMillis?: number;
    }
  /** The request is too large for the server; `limitBytes` when the server said how large it may be. */
  | { readonly action: "split"; readonly limitBytes?: number }
  /** A misconfiguration: keep, say so, look again each minute. */
  | { readonly action: "block"; readonly reason: BlockReason }
  /** The server refuses the request for what is in it, or so it says: whether it takes others is for the backlog to find out. */
  | { readonly action: "reject"; readonly text: string };

/** What kind of misconfiguration blocks delivery. */
export type BlockReason =
  | "credentials"
  | "path"
  | "page"
  | "tls"
  | "protocol"
  | "request"
  | "refusal"
  | "answer";

const retry = (pace: Pace, doubtful: boolean, retryAfterMillis?: number): Verdict =>
  retryAfterMillis === undefined
    ? { action: "retry", pace, doubtful }
    : { action: "retry", pace, doubtful, retryAfterMillis };
const block = (reason: BlockReason): Verdict => ({ action: "block", reason });

/** An answer and what it means: decided once, where the answer arrives. */
export interface Judged {
  readonly answer: Answer;
  readonly verdict: Verdict;
}

/** The answer with its verdict. */
export const judge = (answer: Answer): Judged => ({ answer, verdict: classify(answer) });

/** Decides what an answer means. Total: every answer has a verdict. */
export function classify(answer: Answer): Verdict {
  if (answer.kind === "http") return classifyHttp(answer);
  if (answer.kind === "grpc") return classifyGrpc(answer);
  return classifyNetwork(answer.code, answer.message);
}

type HttpAnswer = Extract<Answer, { kind: "http" }>;
type GrpcAnswer = Extract<Answer, { kind: "grpc" }>;

const BLOCKED_STATUS: Readonly<Record<number, BlockReason>> = {
  401: "credentials",
  403: "credentials",
  404: "path",
  405: "path",
  407: "request",
  415: "request",
  501: "path",
  505: "request",
  511: "page",
};
/** What is said of what is in a request. Any other 4xx is said of the account, the address or the headers. */
const REFUSED_CONTENT: ReadonlySet<number> = new Set([400, 422]);
const AT_CAPACITY = /at capacity/i;

function classifyHttp(answer: HttpAnswer): Verdict {
  const { status, retryAfterMillis } = answer;
  if (status >= 200 && status < 300) {
    return answer.isPage ? block("page") : ack(answer);
  }
  if (answer.wantsTls) return block("tls");
  const reason = BLOCKED_STATUS[status];
  if (reason !== undefined) return block(reason);
  if (status >= 300 && status < 400) return block("path");
  if (status === 413) return { action: "split" };
  if (status === 502 || status === 504) return retry("away", false, retryAfterMillis);
  if (status === 507) return retry("full", false, retryAfterMillis);
  if (status === 503) {
    const pace = AT_CAPACITY.test(answer.text ?? "") ? "full" : "failing";
    return retry(pace, false, retryAfterMillis);
  }
  if (status === 408 || status === 425 || status === 429 || (status >= 520 && status < 530)) {
    return retry("failing", false, retryAfterMillis);
  }
  if (REFUSED_CONTENT.has(status)) return { action: "reject", text: answer.text ?? "" };
  if (status >= 400 && status < 500) return block("refusal");
  return retry("failing", true, retryAfterMillis);
}

const ack = ({ partialSuccess }: HttpAnswer | GrpcAnswer): Verdict => ({
  action: "ack",
  rejectedSpans: partialSuccess?.rejectedSpans ?? 0,
  text: partialSuccess?.text ?? "",
});

const TOO_LARGE = /larger than|too large|decompresses to a size/i;
const WRONG_TLS = /certificate|altname|ssl routines|wrong version|\balert\b|\bEPROTO\b/i;
const NO_CONNECTION =
  /no connection established|failed to connect|name resolution|connection dropped|goaway|waiting for lb pick|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|HTTP status code 50[24]/i;

function classifyGrpc(answer: GrpcAnswer): Verdict {
  const { code, details, retryAfterMillis } = answer;
  switch (code) {
    case GRPC_STATUS.OK:
      return ack(answer);
    case GRPC_STATUS.INVALID_ARGUMENT:
    case GRPC_STATUS.NOT_FOUND:
    case GRPC_STATUS.ALREADY_EXISTS:
    case GRPC_STATUS.FAILED_PRECONDITION:
      return { action: "reject", text: oneLine(details) };
    case GRPC_STATUS.PERMISSION_DENIED:
    case GRPC_STATUS.UNAUTHENTICATED:
      return block("credentials");
    case GRPC_STATUS.UNIMPLEMENTED:
      return block("path");
    case GRPC_STATUS.RESOURCE_EXHAUSTED:
      if (TOO_LARGE.test(details)) return splitAt(details);
      return retry("full", false, retryAfterMillis);
    case GRPC_STATUS.UNAVAILABLE:
      if (/protocol error/i.test(details)) return block("protocol");
      if (WRONG_TLS.test(details)) return block("tls");
      if (NO_CONNECTION.test(details)) return retry("away", false, retryAfterMillis);
      return retry(AT_CAPACITY.test(details) ? "full" : "failing", false, retryAfterMillis);
    case GRPC_STATUS.DEADLINE_EXCEEDED:
      return retry("away", false, retryAfterMillis);
    case GRPC_STATUS.CANCELLED:
    case GRPC_STATUS.ABORTED:
    case GRPC_STATUS.OUT_OF_RANGE:
    case GRPC_STATUS.DATA_LOSS:
      return retry("failing", false, retryAfterMillis);
    default:
      // UNKNOWN and INTERNAL, and codes that do not exist.
      return retry("failing", true, retryAfterMillis);
  }
}

/** "(5202143 vs. 4194304)": the second number is what the server takes. */
function splitAt(details: string): Verdict {
  const limit = /vs\.?\s*(\d+)/.exec(details)?.[1];
  return limit === undefined ? { action: "split" } : { action: "split", limitBytes: Number(limit) };
}

/** The code of an answer that is no HTTP, neither 1 nor 2. */
export const NOT_HTTP = "ERR_NOT_HTTP";

const TLS_CODE =
  /^(CERT_|CRL_|ERR_TLS|ERR_SSL|ERR_OSSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERROR_IN_C|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO$)/;
const REQUEST_CODE =
  /^(ERR_PROXY_LOGIN$|ERR_INVALID_|ERR_HTTP_INVALID|ERR_UNESCAPED|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND|ERR_ACCESS_DENIED|ENOENT|EACCES|EPERM)/;

function classifyNetwork(code: string | undefined, message: string): Verdict {
  // What gRPC's HTTP/2 looks like to an HTTP/1 parser.
  if (code === "HPE_INVALID_CONSTANT" || code === "HPE_INVALID_VERSION") return block("protocol");
  if (code === NOT_HTTP || code?.startsWith("HPE_")) return block("answer");
  if (code !== undefined && TLS_CODE.test(code)) return block("tls");
  if (code !== undefined && REQUEST_CODE.test(code)) return block("request");
  // The program's function for headers or key, which may need a network itself.
  if (code === "ERR_HEADERS_FUNCTION") return retry("failing", false);
  if (code === undefined && WRONG_TLS.test(message)) return block("tls");
  return retry("away", false);
}
