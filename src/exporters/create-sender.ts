// From a resolved destination to the transport that sends there.
import type { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import type { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Resolved } from "../config/resolved.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import type { Destination } from "../config/target.ts";
import { testMode } from "../test-mode.ts";
import type { ExitableSender } from "./exit-route.ts";
import { FallbackSender } from "./fallback-sender.ts";
import { GrpcSender, type GrpcSenderOptions } from "./grpc/grpc-sender.ts";
import { HttpSender, type HttpSenderOptions } from "./http/http-sender.ts";
import { askAhead } from "./wire/request-headers.ts";
import type { FileSetting, TlsFiles } from "./wire/tls-files.ts";

/** Options of OpenTelemetry's HTTP exporter. */
export type StockHttpOptions = NonNullable<ConstructorParameters<typeof HttpExporter>[0]>;
/** Options of OpenTelemetry's gRPC exporter. */
export type StockGrpcOptions = NonNullable<ConstructorParameters<typeof GrpcExporter>[0]>;

/** OpenTelemetry's exporter options that concern the connection. */
export type StockConnection = Pick<
  StockHttpOptions,
  "compression" | "httpAgentOptions" | "keepAlive" | "userAgent"
> &
  Pick<StockGrpcOptions, "credentials" | "metadata">;

/** What the transports take beside what was resolved. */
export interface SenderOptions {
  readonly connection?: StockConnection;
  /** Whether the exit flush waits for what is in flight, so that no attempt holds the process. Default `true`. */
  readonly flushOnExit?: boolean;
}

/** The settings of a connection, whatever the destination. */
type ConnectionConfig = Pick<ResolvedConfig, "headers" | "transport">;

/** Creates the sender of one destination. Connects to nothing. */
export function createSender(
  destination: Destination,
  config: ConnectionConfig,
  options: SenderOptions = {},
): GrpcSender | HttpSender {
  const settings = senderSettings(destination, config, options);
  return destination.protocol === "grpc" ? new GrpcSender(settings) : new HttpSender(settings);
}

/**
 * Creates the sender of `config.target`: gRPC, HTTP, or gRPC first with HTTP as the fallback. Connects to nothing; asks a
 * function for headers or key once ahead.
 */
export function createTargetSender(config: ResolvedConfig, options: SenderOptions = {}): ExitableSender {
  const { value: target, source } = config.target;
  const { live } = config.headers;
  if (live !== undefined && options.flushOnExit !== false && !testMode.isOn) void askAhead(live);
  if (target.fallback === undefined) return createSender(target, config, options);
  return new FallbackSender({
    grpc: new GrpcSender(senderSettings(target, config, options)),
    http: new HttpSender(senderSettings(target.fallback, config, options)),
    source,
  });
}

function senderSettings(
  { url, proxy }: Destination,
  { headers, transport }: ConnectionConfig,
  { connection = {}, flushOnExit = true }: SenderOptions,
): GrpcSenderOptions & HttpSenderOptions {
  const compression = connection.compression ?? transport.compression?.value;
  return {
    ...connection,
    url,
    // Fixed headers stay a record, so that they are there at exit even when nothing was sent before.
    headers: headers.live ?? headers.value,
    tls: tlsFiles(transport),
    holdsProcess: !flushOnExit,
    ...(compression !== undefined && { compression }),
    ...(proxy !== undefined && { proxy: proxy.url }),
  };
}

/** The certificate files that the settings name. */
export function tlsFiles(transport: ResolvedConfig["transport"]): TlsFiles {
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
