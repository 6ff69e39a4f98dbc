// A gRPC status as an Answer: the messages that come with it are read here, and nobody behind this sees a byte of them.
import { GRPC_STATUS } from "../../delivery/grpc-status.ts";
import type { Answer } from "../../delivery/sender.ts";
import { parsePartialSuccess, parseRetryInfo } from "../../otlp/trace-response.ts";

type GrpcAnswer = Extract<Answer, { kind: "grpc" }>;

/** The trailer that carries an encoded `google.rpc.Status`. */
export const STATUS_DETAILS = "grpc-status-details-bin";

/** The answer of a server that took the request; `response` is its encoded `ExportTraceServiceResponse`. */
export function takenAnswer(response: Uint8Array): GrpcAnswer {
  const partialSuccess = parsePartialSuccess(response);
  return {
    kind: "grpc",
    code: GRPC_STATUS.OK,
    details: "",
    ...(partialSuccess !== undefined && { partialSuccess }),
  };
}

/** Any other answer; `status` is the encoded `google.rpc.Status` of {@link STATUS_DETAILS}, where there is one. */
export function refusedAnswer(code: number, details: string, status?: Uint8Array): GrpcAnswer {
  const retryAfterMillis = status && parseRetryInfo(status);
  return { kind: "grpc", code, details, ...(retryAfterMillis !== undefined && { retryAfterMillis }) };
}
