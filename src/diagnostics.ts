// What the package says: one record a message, one row a code, and who is told only once.

import type { DiagLogger } from "@opentelemetry/api";
import { processSlot } from "./process-slot.ts";
import { printing } from "./stderr.ts";
import { testMode } from "./test-mode.ts";

/**
 * Every code a message can carry: 1xx configuration, 2xx registration, 3xx delivery, 4xx exit,
 * 5xx instrumentation. The value is the row's title in `docs/diagnostics.md`.
 */
export const DIAGNOSTIC_CODES = {
  PHX101: "An endpoint is not a URL",
  PHX102: "PHOENIX_GRPC_PORT is not a port",
  PHX103: "Two options mean the same and differ",
  PHX104: "There is no such protocol",
  PHX105: "An option cannot be right",
  PHX106: "A headers variable has broken parts",
  PHX107: "A header cannot be sent",
  PHX108: "An API key cannot be sent",
  PHX109: "A .env.phoenix file is not trusted",
  PHX110: "Others can read or write a .env.phoenix file",
  PHX111: "Credentials go to an endpoint that a file names",
  PHX112: "A line of a .env.phoenix file cannot be read",
  PHX113: "A credential goes over plain http",
  PHX114: "gRPC is named for Phoenix Cloud",
  PHX115: "Two variables name different projects",
  PHX116: "A variable's value is not understood",
  PHX117: "A certificate or key file cannot be used",
  PHX118: "A grpc:// endpoint meets the protocol http/protobuf",
  PHX119: "A resource names its project too late",
  PHX120: "An option is misspelled",
  PHX121: "A function given for headers or apiKey failed",
  PHX124: "A proxy variable names no HTTP proxy",
  PHX125: "A variable of OpenTelemetry's SDK is in quotes",
  PHX201: "Another tracer provider is global",
  PHX202: "register() replaced an earlier registration",
  PHX203: "A span processor failed",
  PHX204: "A part of the package cannot be loaded",
  PHX205: "OpenTelemetry's API cannot keep a global provider",
  PHX210: "A part of the package cannot be loaded now",
  PHX211: "A part of the package could be loaded after all",
  PHX212: "Another version of OpenTelemetry's API keeps the globals",
  PHX213: "register() was called where nothing is traced",
  PHX220: "A newer copy of OpenTelemetry's API does not see the provider",
  PHX301: "The API key is not accepted",
  PHX302: "Phoenix cannot be reached",
  PHX303: "A span was cut to fit into a request",
  PHX304: "Spans are delivered again",
  PHX305: "The API key is missing",
  PHX306: "Nothing takes traces at this address",
  PHX307: "A web page answered instead of Phoenix",
  PHX308: "The TLS connection failed",
  PHX309: "The port speaks the other protocol",
  PHX310: "Phoenix is full",
  PHX311: "A request was too large",
  PHX312: "Phoenix refuses a span",
  PHX313: "Phoenix took a request only in part",
  PHX314: "The queue is full",
  PHX315: "A span ended after shutdown",
  PHX316: "A span is too large for Phoenix",
  PHX317: "No request can be made",
  PHX318: "Spans were left at shutdown",
  PHX319: "Phoenix answers with an error",
  PHX320: "A span cannot be read",
  PHX321: "An exporter of the program fails",
  PHX324: "An answer cannot be read",
  PHX325: "Phoenix refuses what it is sent",
  PHX331: "mask failed",
  PHX332: "A span cannot be masked",
  PHX333: "traceConfig.blobUploader failed",
  PHX334: "spanFilter failed",
  PHX351: "gRPC cannot be reached; spans go by HTTP",
  PHX401: "Spans were not delivered before the process ended",
  PHX402: "The exit flush cannot start a worker",
  PHX403: "Spans are still being delivered after a signal",
  PHX404: "The end of the process is not heard",
  PHX407: "Spans are kept on disk",
  PHX408: "The spool is full",
  PHX409: "The spool's folder cannot be used",
  PHX410: "A file of the spool is set aside",
  PHX411: "A file of the spool cannot be read or removed",
  PHX501: "A function among the options of a span failed",
  PHX502: "What is to be traced is no function",
  PHX503: "traceClient was given what it does not know",
  PHX504: "A client cannot be traced",
  PHX510: "The preload could not start tracing",
  PHX511: "An instrumentation cannot see its SDK",
  PHX512: "An SDK is loaded and not traced",
  PHX513: "Loaded modules cannot be looked at",
  PHX521: "An instrumentation failed to start",
} as const;

/** The stable code at the start of a message; each has a row in `docs/diagnostics.md`. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** One thing the package has to say: what happened, where the value came from, what to do. */
export interface Diagnostic {
  code: DiagnosticCode;
  /** One line, without the code. Never holds a secret. */
  message: string;
}

/** Episodes already told. */
const said = processSlot("said", 1, () => new Set<string>());

/** Of providers, delivery and the exit, which are nobody's concern while `phoenix-otel/testing` is loaded. */
const OF_DELIVERY = /^PHX[234]/;

/** Prints one diagnostic on stderr: stdout belongs to the program. Never throws. */
export function say(diagnostic: Diagnostic): void {
  if (testMode.isOn && OF_DELIVERY.test(diagnostic.code)) return;
  printing(() => console.warn(formatDiagnostic(diagnostic)));
}

/** Prints one diagnostic unless this episode was told already; {@link rearm} starts a new episode. */
export function sayOnce(episode: string, diagnostic: Diagnostic): void {
  if (said.has(episode)) return;
  said.add(episode);
  say(diagnostic);
}

/** Prints every diagnostic of a list, unless it was told before: of one wrong setting many processors may know. */
export function sayAll(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) sayOnce(formatDiagnostic(diagnostic), diagnostic);
}

/** Prints text that is no diagnostic, such as the verbose details, on stderr. Never throws. */
export function print(...text: readonly unknown[]): void {
  printing(() => console.error(...text));
}

/** {@link print}, unless the same text was printed before: a program may set up again and again. */
export function printOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  print(text);
}

/** Ends an episode: the next {@link sayOnce} with this name prints again. */
export function rearm(episode: string): void {
  said.delete(episode);
}

/** The printed form, `PHX301 Phoenix answered 401 …`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return `${diagnostic.code} ${diagnostic.message}`;
}

/** The first line of an error's message, for a diagnostic. Never throws, whatever was thrown. */
export function errorText(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return text.split("\n", 1)[0] ?? "";
  } catch {
    return "a value that cannot be printed";
  }
}

/** A logger for OpenTelemetry's `diag` that leaves stdout alone, unlike `DiagConsoleLogger`. */
export const stderrLogger: DiagLogger = {
  verbose: print,
  debug: print,
  info: print,
  warn: print,
  error: print,
};
