// OTLP over gRPC: TraceService/Export on one port, its answers chosen by the owner.
import grpc from "@grpc/grpc-js";
import type { ReceiverTls } from "./http-receiver.ts";
import { PortListener } from "./port-listener.ts";

/** The gRPC method that takes traces. */
export const EXPORT_METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/** What came in. */
export interface GrpcTraceRequest {
  readonly path: string;
  /** Metadata; binary values in base64. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the message after decompression. */
  readonly byteLength: number;
  /** Bytes that the connection brought since the request before, framing included: small when compressed. */
  readonly wireByteLength: number;
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

/** Chooses the answer; `"hang"` never answers, `"reset"` cuts the connection with a TCP reset. */
type GrpcAnswerer = (
  request: GrpcTraceRequest,
) => GrpcAnswer | "hang" | "reset" | Promise<GrpcAnswer | "hang" | "reset">;

/** Options of {@link GrpcReceiver}. */
export interface GrpcReceiverOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly tls?: ReceiverTls | undefined;
  /** Most bytes of a message; grpc-js answers more with RESOURCE_EXHAUSTED. Read at each `open`. */
  readonly maxBytes: () => number;
  readonly answer: GrpcAnswerer;
}

/** A gRPC server for traces on one port. */
export class GrpcReceiver {
  readonly #options: GrpcReceiverOptions;
  readonly #listener: PortListener;
  readonly #bytesReadBefore = new WeakMap<object, number>();
  #server: grpc.Server | undefined;
  #injector: ReturnType<grpc.Server["createConnectionInjector"]> | undefined;

  constructor(options: GrpcReceiverOptions) {
    this.#options = options;
    // grpc-js keeps its sockets to itself; handing them in keeps them ours to reset and to cut.
    this.#listener = new PortListener(options.host, options.port, (socket) => {
      this.#injector?.injectConnection(socket);
    });
  }

  /** The port, known after {@link open}. */
  get port(): number {
    return this.#listener.port;
  }

  /** Listens. Rejects with Node's error when the port cannot be had. */
  async open(): Promise<void> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": this.#options.maxBytes() });
    server.addService(SERVICE, {
      Export: (call: Call, callback: grpc.sendUnaryData<Uint8Array>) => {
        void this.#serve(call, callback);
      },
    });
    this.#server = server;
    this.#injector = server.createConnectionInjector(createCredentials(this.#options.tls));
    await this.#listener.open();
  }

  /** Stops listening and cuts every connection; {@link open} takes the same port again. */
  async close(): Promise<void> {
    await this.#listener.close();
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#injector = undefined;
  }

  async #serve(call: Call, callback: grpc.sendUnaryData<Uint8Array>): Promise<void> {
    const answer = await this.#choose(this.#read(call));
    if (answer === "hang") return;
    if (answer === "reset") {
      this.#listener.connection(call.getPeer())?.resetAndDestroy();
      return;
    }
    const { code, details = "", body = new Uint8Array() } = answer;
    const metadata = createMetadata(answer.metadata ?? {});
    if (code === OK) callback(null, body, metadata);
    else callback(Object.assign(new Error(details), { code, details, metadata }));
  }

  async #choose(request: GrpcTraceRequest): Promise<GrpcAnswer | "hang" | "reset"> {
    try {
      return await this.#options.answer(request);
    } catch (error) {
      return { code: INTERNAL, details: String(error) };
    }
  }

  #read(call: Call): GrpcTraceRequest {
    const socket = this.#listener.connection(call.getPeer());
    const bytesRead = socket?.bytesRead ?? 0;
    const before = (socket && this.#bytesReadBefore.get(socket)) ?? 0;
    if (socket !== undefined) this.#bytesReadBefore.set(socket, bytesRead);
    return {
      path: call.getPath(),
      headers: readMetadata(call.metadata),
      byteLength: call.request.byteLength,
      wireByteLength: bytesRead - before,
      body: call.request,
    };
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

function createCredentials(tls: ReceiverTls | undefined): grpc.ServerCredentials {
  if (tls === undefined) return grpc.ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
  const clientCa = tls.clientCa === undefined ? null : Buffer.from(tls.clientCa);
  return grpc.ServerCredentials.createSsl(clientCa, [pair], clientCa !== null);
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
