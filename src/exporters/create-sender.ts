// From a resolved configuration to the transport that sends there.
import type { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import type { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { currentSurroundings } from "../config/environment.ts";
import { asksFunction, createHeadersProvider } from "../config/live-headers.ts";
import type { RegisterOptions } from "../config/options.ts";
import type { Resolved } from "../config/resolved.ts";
import type { ResolvedConfig } from "../config/resolve-config.ts";
import type { Destination } from "../config/target.ts";
import type { ExitableSender } from "./exit-route.ts";
import { FallbackSender } from "./fallback-sender.ts";
import { GrpcSender } from "./grpc/grpc-sender.ts";
import { HttpSender } from "./http/http-sender.ts";
import { proxyFor } from "../config/proxy.ts";
import { askAhead, type HeadersSource } from "./wire/request-headers.ts";
import type { FileSetting, TlsFiles } from "./wire/tls-files.ts";

/** Options of OpenTelemetry's HTTP exporter. */
export type StockHttpOptions = NonNullable<ConstructorParameters<typeof HttpExporter>[0]>;
/** Options of OpenTelemetry's gRPC exporter. */
export type StockGrpcOptions = NonNullable<ConstructorParameters<typeof GrpcExporter>[0]>;

/** What the transports take beside the configuration. */
export interface SenderOptions extends Pick<RegisterOptions, "headers" | "apiKey" | "flushOnExit"> {
  /** OpenTelemetry's exporter options that concern the connection. */
  readonly connection?: Pick<
    StockHttpOptions,
    "compression" | "httpAgentOptions" | "keepAlive" | "userAgent"
  > &
    Pick<StockGrpcOptions, "credentials" | "metadata">;
}

/** Creates the sender of `config.target`: gRPC, HTTP, or gRPC first with HTTP as the fallback. Connects to nothing; asks a function for headers or key once ahead. */
export function createSender(config: ResolvedConfig, options: SenderOptions): ExitableSender {
  const { value: target, source } = config.target;
  const headers = headersSource(config, options);
  if (typeof headers === "function" && options.flushOnExit !== false) void askAhead(headers);
  const grpc = (url: string): GrpcSender =>
    new GrpcSender({ ...shared(config, options, { protocol: "grpc", url }), headers, url });
  const http = (url: string): HttpSender =>
    new HttpSender({ ...shared(config, options, { protocol: "http/protobuf", url }), headers, url });
  const create = ({ protocol, url }: Destination): ExitableSender =>
    protocol === "grpc" ? grpc(url) : http(url);
  if (target.fallback === undefined) return create(target);
  return new FallbackSender({ grpc: grpc(target.url), http: http(target.fallback.url), source });
}

function shared(config: ResolvedConfig, options: SenderOptions, { protocol, url }: Destination) {
  const { transport } = config;
  const { compression, ...connection } = options.connection ?? {};
  const proxy = proxyFor(url, currentSurroundings().environment, protocol);
  const packing = compression ?? transport.compression?.value;
  return {
    ...connection,
    knownHeaders: config.headers.value,
    tls: tlsFiles(config),
    holdsProcess: options.flushOnExit === false,
    ...(packing !== undefined && { compression: packing }),
    ...(proxy !== undefined && { proxy }),
  };
}

/** Fixed headers stay a record, so that they are there at exit even when nothing was sent before. */
function headersSource(config: ResolvedConfig, options: SenderOptions): HeadersSource {
  return asksFunction(options) ? createHeadersProvider(config, options) : config.headers.value;
}

function tlsFiles({ transport }: ResolvedConfig): TlsFiles {
  const file = (setting: Resolved<string> | undefined): FileSetting | undefined =>
    setting && { path: setting.value, source: setting.source };
  const certificate = file(transport.certificate);
  const clientKey = file(transport.clientKey);
  const clientCertificate = file(transport.clientCertificate);
  return {
    ...(certificate && { certificate }),
    ...(clientKey && { clientKey }),
    ...(clientCertificate && { clientCertificate }),
  };
}
