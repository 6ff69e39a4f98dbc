// OTLP over gRPC on connections that the owner hands in: TraceService/Export, its answers chosen by the owner.
import grpc from "@grpc/grpc-js";
import type { Socket } from "node:net";

/** The gRPC method that takes traces. */
export const EXPORT_METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/** What came in. */
export interface GrpcTraceRequest {
  /** Who sent it: `address:port`. */
  readonly peer: string;
  readonly path: string;
  /** Metadata; binary values in base64. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the message after decompression. */
  readonly byteLength: number;
  readonly body: Uint8Array;
}

/** A status to send, with the encoded response when `code` is 0. */
export interface GrpcAnswer {
  readonly code: number;
  readonly details?: string;
  /** Trailing metadata; names ending in `-bin` take bytes. */
  readonly metadata?: Readonly<Record<string, string | Uint8Array>>;
  readonly body?: Uint8Array;
}

/** Options of {@link GrpcReceiver}. */
export interface GrpcReceiverOptions {
  /** Most bytes of a message; grpc-js answers more with RESOURCE_EXHAUSTED. */
  readonly maxBytes: number;
  /** Chooses the answer. */
  readonly answer: (request: GrpcTraceRequest) => GrpcAnswer | Promise<GrpcAnswer>;
}

/** A gRPC server for traces. */
export class GrpcReceiver {
  readonly #answer: GrpcReceiverOptions["answer"];
  readonly #server: grpc.Server;
  readonly #injector: ReturnType<grpc.Server["createConnectionInjector"]>;

  constructor({ maxBytes, answer }: GrpcReceiverOptions) {
    this.#answer = answer;
    this.#server = new grpc.Server({ "grpc.max_receive_message_length": maxBytes });
    this.#server.addService(SERVICE, {
      Export: (call: Call, callback: grpc.sendUnaryData<Uint8Array>) => {
        void this.#serve(call, callback);
      },
    });
    this.#injector = this.#server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  }

  /** Serves a connection, plain or decrypted, until it closes. */
  serve(connection: Socket): void {
    this.#injector.injectConnection(connection);
  }

  /** Ends every call; the receiver serves no more. */
  close(): void {
    this.#server.forceShutdown();
  }

  async #serve(call: Call, callback: grpc.sendUnaryData<Uint8Array>): Promise<void> {
    const { code, details = "", metadata, body = new Uint8Array() } = await this.#choose(read(call));
    const trailers = createMetadata(metadata ?? {});
    if (code === OK) callback(null, body, trailers);
    else callback(Object.assign(new Error(details), { code, details, metadata: trailers }));
  }

  async #choose(request: GrpcTraceRequest): Promise<GrpcAnswer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      return { code: INTERNAL, details: String(error) };
    }
  }
}

const OK = 0;
const INTERNAL = 13;

type Call = grpc.ServerUnaryCall<Uint8Array, Uint8Array>;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const SERVICE: grpc.ServiceDefinition = {
  Export: {
    path: EXPORT_METHOD,
    requestStream: false,
    responseStream: false,
    requestSerialize: asBuffer,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: asBuffer,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};

function read(call: Call): GrpcTraceRequest {
  return {
    peer: call.getPeer(),
    path: call.getPath(),
    headers: readMetadata(call.metadata),
    byteLength: call.request.byteLength,
    body: call.request,
  };
}

function createMetadata(values: Readonly<Record<string, string | Uint8Array>>): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(values)) {
    metadata.set(name, typeof value === "string" ? value : asBuffer(value));
  }
  return metadata;
}

function readMetadata(metadata: grpc.Metadata): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(metadata.getMap())) {
    headers[name] = metadata
      .get(name)
      .map((value) => (typeof value === "string" ? value : value.toString("base64")))
      .join(", ");
  }
  return headers;
}
