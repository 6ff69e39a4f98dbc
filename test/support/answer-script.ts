// What a scripted OTLP receiver answers, written once and spoken over HTTP and over gRPC.
import protobuf from "protobufjs/minimal.js";
import type { GrpcAnswer } from "../../src/collector/receive/grpc-receiver.ts";
import type { HttpAnswer } from "../../src/collector/receive/http-receiver.ts";
import { encodeResponse } from "./otlp-messages.ts";

/** Details of a scripted HTTP answer. */
export interface HttpAnswerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** `Retry-After`: seconds as a number, or a date text as it is. gRPC gets the seconds as `RetryInfo`. */
  readonly retryAfter?: number | string;
  /** How many requests are answered like this, 1 by default, `Infinity` for all that follow. */
  readonly times?: number;
}

/** Details of a scripted gRPC answer. */
export interface GrpcAnswerOptions {
  readonly metadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Seconds, sent as `RetryInfo` in `grpc-status-details-bin`; HTTP gets them as `Retry-After`. */
  readonly retryAfter?: number;
  /** How many requests are answered like this, 1 by default, `Infinity` for all that follow. */
  readonly times?: number;
}

/** One answer. On the other protocol a status becomes the one that means the same there. */
export type ScriptedAnswer =
  | ({ readonly kind: "http"; readonly status: number } & HttpAnswerOptions)
  | ({ readonly kind: "grpc"; readonly code: number; readonly details: string } & GrpcAnswerOptions)
  | { readonly kind: "partial"; readonly rejectedSpans: number; readonly errorMessage: string }
  | { readonly kind: "hang" }
  | { readonly kind: "reset" };

const GRPC_CODE_OF: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 12,
  405: 12,
  408: 4,
  413: 8,
  422: 3,
  429: 8,
  500: 13,
  501: 12,
};

const HTTP_STATUS_OF: Readonly<Record<number, number>> = {
  0: 200,
  1: 503,
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  12: 404,
  13: 500,
  16: 401,
};

const PROTOBUF = { "content-type": "application/x-protobuf" };

/** Whether the spans count as taken: a success with a body of text, such as a proxy's HTML page, is none. */
export function isAcceptance(answer: ScriptedAnswer): boolean {
  if (answer.kind === "http") return answer.status === 200 && typeof answer.body !== "string";
  return answer.kind === "partial" || (answer.kind === "grpc" && answer.code === 0);
}

/** The answer as an HTTP response. */
export function toHttpAnswer(answer: ScriptedAnswer): HttpAnswer | "hang" | "reset" {
  if (answer.kind === "hang" || answer.kind === "reset") return answer.kind;
  if (answer.kind === "partial") return { status: 200, headers: PROTOBUF, body: encodeResponse(answer) };
  const retryAfter = answer.retryAfter === undefined ? {} : { "retry-after": String(answer.retryAfter) };
  const { status, headers, body } =
    answer.kind === "http"
      ? answer
      : { status: HTTP_STATUS_OF[answer.code] ?? 503, headers: {}, body: answer.details || undefined };
  return status === 200 && body === undefined
    ? { status, headers: { ...PROTOBUF, ...headers }, body: encodeResponse() }
    : { status, headers: { "content-type": "text/plain", ...retryAfter, ...headers }, body: body ?? "" };
}

/** The answer as a gRPC status. */
export function toGrpcAnswer(answer: ScriptedAnswer): GrpcAnswer | "hang" | "reset" {
  if (answer.kind === "hang" || answer.kind === "reset") return answer.kind;
  if (answer.kind === "partial") return { code: 0, body: encodeResponse(answer) };
  const { code, details, metadata } =
    answer.kind === "grpc"
      ? answer
      : {
          code: answer.status === 200 ? 0 : (GRPC_CODE_OF[answer.status] ?? 14),
          details: answer.status === 413 ? "Received message larger than max" : String(answer.body ?? ""),
          metadata: {},
        };
  const retryInfo =
    typeof answer.retryAfter === "number"
      ? { "grpc-status-details-bin": encodeRetryInfo(code, details, answer.retryAfter) }
      : {};
  return { code, details, metadata: { ...retryInfo, ...metadata } };
}

/** `google.rpc.Status` holding a `google.rpc.RetryInfo`. */
function encodeRetryInfo(code: number, details: string, seconds: number): Uint8Array {
  const whole = Math.trunc(seconds);
  const delay = protobuf.Writer.create()
    .uint32(0x0a)
    .fork()
    .uint32(0x08)
    .int64(whole)
    .uint32(0x10)
    .int32(Math.round((seconds - whole) * 1e9))
    .ldelim()
    .finish();
  return protobuf.Writer.create()
    .uint32(0x08)
    .int32(code)
    .uint32(0x12)
    .string(details)
    .uint32(0x1a)
    .fork()
    .uint32(0x0a)
    .string("type.googleapis.com/google.rpc.RetryInfo")
    .uint32(0x12)
    .bytes(delay)
    .ldelim()
    .finish();
}
