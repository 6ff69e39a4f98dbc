// One connection to a gRPC server, whatever speaks on it.
import type { OutgoingHttpHeaders } from "node:http2";
import type { Answer } from "../../delivery/sender.ts";

/** The gRPC method that takes traces. */
export const EXPORT_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/** A connection that is made once: after a failure the sender takes another. Holds the process by nothing of its own. */
export interface GrpcChannel {
  /** Whether a new call needs a new channel: not connected, cut, closed, or told to go away. */
  readonly failed: boolean;
  /** Connects unless that was done, and resolves with `undefined`, or with why there is no connection. */
  connect(signal: AbortSignal): Promise<Answer | undefined>;
  /** Makes one call on the connection. `headers` are the caller's own, from `grpcHeaders`. */
  call(request: Uint8Array, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<Answer>;
  /** Closes it, once the calls in flight have ended. */
  close(): void;
}
