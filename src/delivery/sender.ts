// What delivery needs from a transport: one attempt, one answer, nothing hidden.

/** What a server says of the spans of a request that it took. */
export interface PartialSuccess {
  /** How many it did not take. */
  readonly rejectedSpans: number;
  /** Why, or a remark when it took all of them. */
  readonly text: string;
}

/** What came back from one attempt; `classify` turns it into what to do next. */
export type Answer =
  | {
      kind: "http";
      status: number;
      /** What a refusal says: the first 200 characters of its body, on one line. */
      text?: string;
      /** Whether the body is somebody's web page: a proxy's or a login's, not a collector's answer. */
      isPage?: boolean;
      /** Whether the server says that it takes https alone. */
      wantsTls?: boolean;
      /** Where a redirect leads: scheme, host and path. */
      location?: string;
      partialSuccess?: PartialSuccess;
      /** The server's `Retry-After`, in milliseconds from now. */
      retryAfterMillis?: number;
    }
  | {
      kind: "grpc";
      /** The gRPC status code, 0 to 16. */
      code: number;
      details: string;
      partialSuccess?: PartialSuccess;
      /** `RetryInfo` of `grpc-status-details-bin`, in milliseconds. */
      retryAfterMillis?: number;
    }
  | {
      kind: "network";
      /** Node's error code (`ECONNREFUSED`), when it has one; `ETIMEDOUT` for the attempt's deadline. */
      code: string | undefined;
      message: string;
      /** Whether this attempt used a connection of its own that never served a request before. */
      freshConnection?: boolean;
    };

/** Hands requests to a server. Implemented by the transports in `exporters`. */
export interface Sender {
  /**
   * Makes one attempt, with `timeoutMillis` as its total deadline. Never rejects, never retries. What need not wait, as
   * an exporter in this process, answers at once.
   */
  send(request: Uint8Array, timeoutMillis: number): Answer | Promise<Answer>;
  /** Where requests go now, for messages. */
  readonly url: string;
  /** What is spoken now, for messages; without it an HTTP URL with a path means HTTP. */
  readonly protocol?: "grpc" | "http/protobuf";
  /** Whether attempts are repeated inside and may outlive their deadline: none ever goes beside another then. */
  readonly repeats?: boolean;
  /** Most bytes one request may have here: 3.5 MiB on gRPC, 8 MiB on HTTP. */
  readonly maxRequestBytes: number;
  /** Closes idle connections. */
  close(): void;
}
