// Certificates named by the OTEL_EXPORTER_OTLP_* variables: paths now, bytes on first use.
import type { TlsMaterial } from "../exit-route.ts";

/** A path and the setting it came from, as in `OTEL_EXPORTER_OTLP_CERTIFICATE`. */
export interface FileSetting {
  path: string;
  source: string;
}

/** PEM files for TLS and mutual TLS. */
export interface TlsFiles {
  /** Trusted roots: `OTEL_EXPORTER_OTLP_(TRACES_)CERTIFICATE`. */
  certificate?: FileSetting;
  /** The client's key: `OTEL_EXPORTER_OTLP_(TRACES_)CLIENT_KEY`. */
  clientKey?: FileSetting;
  /** The client's certificate chain: `OTEL_EXPORTER_OTLP_(TRACES_)CLIENT_CERTIFICATE`. */
  clientCertificate?: FileSetting;
  /** What was read before, as the exit worker gets it; files beside it win. */
  material?: TlsMaterial;
}

/** The code of the answer when a certificate file cannot be used. */
export const TLS_FILE_FAILED = "ERR_TLS_FILE";

/**
 * Reads the files. Throws an error with the code `ERR_TLS_FILE` that names the setting when a file
 * cannot be read, or when only one of key and certificate is given.
 */
export function readTlsFiles(files: TlsFiles): TlsMaterial {
  const { clientKey, clientCertificate } = files;
  if ((clientKey === undefined) !== (clientCertificate === undefined)) {
    const [given, missing] = clientKey
      ? [clientKey, "client certificate"]
      : [clientCertificate, "client key"];
    throw failure(`${given?.source} is set, but the ${missing} that belongs to it is not`);
  }
  const [ca, key, cert] = [files.certificate, clientKey, clientCertificate].map(read);
  return { ...files.material, ...(ca && { ca }), ...(key && { key }), ...(cert && { cert }) };
}

/** What can be read of the files, for an exit that has no time for complaints. */
export function readableTls(files: TlsFiles): TlsMaterial {
  try {
    return readTlsFiles(files);
  } catch {
    return {};
  }
}

function read(file: FileSetting | undefined): string | undefined {
  if (file === undefined) return undefined;
  const { path, source } = file;
  try {
    return process.getBuiltinModule("node:fs").readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw failure(`${source} is "${path}", which cannot be read (${code})`);
  }
}

function failure(message: string): Error {
  return Object.assign(new Error(message), { code: TLS_FILE_FAILED });
}
