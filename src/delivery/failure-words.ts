// What lines about a failed attempt are made of: the endpoint, the settings' sources, an answer's own words.
import type { DiagnosticCode } from "../diagnostics.ts";
import type { Answer, Sender } from "./sender.ts";

/** Where the settings came from, as text: `option endpoint`, `PHOENIX_API_KEY`, `default`. Never a secret. */
export interface DeliveryDescription {
  readonly endpointSource: string;
  /** Whether spans go to an exporter of somebody else: what happens there is not of Phoenix. */
  readonly isExporter?: boolean;
  /** Set when a protocol was named; `undefined` when it was inferred from the endpoint. */
  readonly protocolSource?: string;
  /** Where the key, or the `authorization` header, came from; `undefined` when none is sent. */
  readonly keySource?: string;
  /** How many characters the key has, when that is known. */
  readonly keyLength?: number;
  /** The projects that spans went to so far, once the program named one with `usingProject()`. */
  readonly projects?: () => readonly string[];
}

/** What a line depends on beside the answer. */
export interface Circumstances {
  /** Where it sends now, and by which protocol. */
  readonly sender: Pick<Sender, "url" | "protocol">;
  readonly describe: DeliveryDescription;
  /** Whether this server took spans before. */
  readonly hasWorked: boolean;
}

/** A failure in two sentences. What waits stands between them, or what was lost before them. */
export interface Failure {
  readonly code: DiagnosticCode;
  /** What happened, and where the settings came from; without a full stop. */
  readonly happened: string;
  readonly advice: string;
}

/** The endpoint as messages show it: without the user part, with its source, with what to set. */
export function endpoint({ sender, describe }: Pick<Circumstances, "sender" | "describe">): {
  url: string;
  from: string;
  advice: string;
} {
  const isDefault = describe.endpointSource === "default";
  return {
    url: sender.url.replace(/^([a-z+.-]+:\/\/)[^/?#]*@/i, "$1"),
    from: isDefault ? "the default" : `from ${describe.endpointSource}`,
    advice: isDefault
      ? "Set PHOENIX_COLLECTOR_ENDPOINT to where Phoenix is."
      : `Check ${describe.endpointSource}.`,
  };
}

/** The setting of the endpoint, or the one to set. */
export const sourceOf = ({ describe }: Circumstances): string =>
  describe.endpointSource === "default" ? "PHOENIX_COLLECTOR_ENDPOINT" : describe.endpointSource;

/** "401", or "gRPC status 16". */
export function statusOf(answer: Answer): string {
  if (answer.kind === "http") return String(answer.status);
  if (answer.kind === "grpc") return `gRPC status ${answer.code}`;
  return answer.code ?? "no answer";
}

/** An error's own words, on one line, without what a library put around them. */
export function reasonOf(answer: Answer): string {
  if (answer.kind === "http") return statusOf(answer);
  const text = answer.kind === "grpc" ? answer.details : answer.message;
  const line = text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/^.*Last error: (Error: )?/, "")
    // OpenSSL's queue of errors, with the path of the file in which each was found.
    .replace(/^.*SSL routines:[^:]*:([^:]+).*$/, "$1")
    .trim()
    .slice(0, 200);
  const code = answer.kind === "network" ? answer.code : undefined;
  return code === undefined || line.includes(code) ? line : `${line} (${code})`;
}

/** What a refusal says for itself, ready to follow the status. */
export function said(answer: Answer): string {
  const words = answer.kind === "http" ? answer.text : answer.kind === "grpc" ? reasonOf(answer) : undefined;
  return words === undefined || words === "" ? "" : `: "${words}"`;
}

/** What exporters/wire/proxy-tunnel.ts says of the proxy, and not of Phoenix. */
export const OF_PROXY: RegExp = /\bthe proxy \S/;
/** What to do then. */
export const PROXY_ADVICE: string =
  "Check the proxy's variable (https_proxy, http_proxy or the like), or name the host in no_proxy.";
