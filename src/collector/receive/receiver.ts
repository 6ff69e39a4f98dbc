// The receiver behind the view: takes traces as Phoenix does, on both protocols, and hands on the spans.
import { type CollectedSpan, decodeSpans } from "./decode-spans.ts";
import { GrpcReceiver } from "./grpc-receiver.ts";
import { type HttpAnswer, HttpReceiver, type HttpTraceRequest, textAnswer } from "./http-receiver.ts";
import { TOOK_ALL } from "./otlp-schema.ts";
import { PortListener } from "./port-listener.ts";

/** Options of {@link openReceiver}. */
export interface ReceiverOptions {
  /** 0 takes a free port. */
  readonly httpPort: number;
  /** 0 takes a free port. */
  readonly grpcPort: number;
  /** Takes the spans of one request and its size. Never throws. */
  readonly onSpans: (spans: readonly CollectedSpan[], byteLength: number) => void;
  /** Whether to ask senders to come back later, as a full Phoenix does. */
  readonly isFull: () => boolean;
  /** Answers HTTP requests first; what it leaves is answered as OTLP. */
  readonly answerFirst?: ((request: HttpTraceRequest) => Promise<HttpAnswer | undefined>) | undefined;
}

/** An open receiver on 127.0.0.1. */
export interface Receiver {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** A port that could not be had. */
export interface PortProblem {
  readonly protocol: "HTTP" | "gRPC";
  readonly port: number;
  /** Node's error code: `EADDRINUSE` when it is taken. */
  readonly code: string;
}

const HOST = "127.0.0.1";
/** Phoenix's gRPC limit: what is over it here would be over it there. */
const MAX_GRPC_BYTES = 4 * 1024 * 1024;
const MAX_HTTP_BYTES = 64 * 1024 * 1024;
const FULL = "The view is at capacity and cannot take more spans now.";
const GRPC_INVALID_ARGUMENT = 3;
const GRPC_UNAVAILABLE = 14;

/** Opens both ports, or none: then says which could not be had. */
export async function openReceiver(options: ReceiverOptions): Promise<Receiver | readonly PortProblem[]> {
  const take = (body: Uint8Array): "taken" | "full" | "not a request" => {
    if (options.isFull()) return "full";
    try {
      options.onSpans(decodeSpans(body), body.byteLength);
      return "taken";
    } catch {
      return "not a request";
    }
  };
  const http = new HttpReceiver({
    maxBytes: () => MAX_HTTP_BYTES,
    answer: async (request) =>
      (await options.answerFirst?.(request)) ?? request.fault ?? HTTP_ANSWERS[take(request.body)],
  });
  const grpc = new GrpcReceiver({
    maxBytes: MAX_GRPC_BYTES,
    answer: ({ body }) => GRPC_ANSWERS[take(body)],
  });
  const httpPort = new PortListener(HOST, options.httpPort, (connection) => http.serve(connection));
  const grpcPort = new PortListener(HOST, options.grpcPort, (connection) => grpc.serve(connection));
  const close = async (): Promise<void> => {
    await Promise.all([httpPort.close(), grpcPort.close()]);
    grpc.close();
  };
  const problems = (
    await Promise.all([
      problemOf("HTTP", options.httpPort, httpPort.open()),
      problemOf("gRPC", options.grpcPort, grpcPort.open()),
    ])
  ).filter((problem) => problem !== undefined);
  if (problems.length > 0) {
    await close();
    return problems;
  }
  return { httpPort: httpPort.port, grpcPort: grpcPort.port, close };
}

const HTTP_ANSWERS: Record<"taken" | "full" | "not a request", HttpAnswer> = {
  taken: { status: 200, headers: { "content-type": "application/x-protobuf" }, body: TOOK_ALL },
  full: textAnswer(503, FULL),
  "not a request": textAnswer(400, "The body is not an OTLP ExportTraceServiceRequest in protobuf."),
};

const GRPC_ANSWERS = {
  taken: { code: 0, body: TOOK_ALL },
  full: { code: GRPC_UNAVAILABLE, details: FULL },
  "not a request": {
    code: GRPC_INVALID_ARGUMENT,
    details: "The message is not an ExportTraceServiceRequest.",
  },
};

async function problemOf(
  protocol: PortProblem["protocol"],
  port: number,
  opening: Promise<void>,
): Promise<PortProblem | undefined> {
  try {
    await opening;
    return undefined;
  } catch (error) {
    return { protocol, port, code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}
