// What grpc-js makes is what the exporter takes, and so are the options of OpenTelemetry's exporter.
import { credentials, Metadata } from "@grpc/grpc-js";
import type { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { GRPCSpanExporter } from "phoenix-otel";

const metadata = new Metadata();
metadata.set("tenant", "a");
export const made = new GRPCSpanExporter({ credentials: credentials.createSsl(), metadata });
export const dropIn = (options: NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>) =>
  new GRPCSpanExporter(options);
