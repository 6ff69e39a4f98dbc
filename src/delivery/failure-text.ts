// The line for a failed attempt: what happened, where the setting came from, what to change.
import type { DiagnosticCode } from "../diagnostics.ts";
import type { BlockReason, Judged } from "./classify.ts";
import type { Answer, Sender } from "./sender.ts";

/** Where the settings came from, as text: `option endpoint`, `PHOENIX_API_KEY`, `default`. Never a secret. */
export interface DeliveryDescription {
  readonly endpointSource: string;
  /** Set when a protocol was named; `undefined` when it was inferred from the endpoint. */
  readonly protocolSource?: string;
  /** Where the key, or the `authorization` header, came from; `undefined` when none is sent. */
  readonly keySource?: string;
  /** How many characters the key has, when that is known. */
  readonly keyLength?: number;
  /** The projects that spans went to so far, once the program named one with `usingProject()`. */
  readonly projects?: () => readonly string[];
}

interface Circumstances {
  readonly sender: Sender;
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

/** Says what a failed attempt means; nothing for answers that are no failure to deliver. */
export function describeFailure(
  { answer, verdict }: Judged,
  circumstances: Circumstances,
): Failure | undefined {
  if (verdict.action === "retry") {
    if (verdict.pace === "full") return full(answer, circumstances);
    if (verdict.pace === "failing" && answer.kind === "network") return request(answer, circumstances);
    return answer.kind === "http" || (verdict.pace === "failing" && answer.kind === "grpc")
      ? failing(answer, circumstances)
      : unreachable(answer, circumstances);
  }
  if (verdict.action === "reject") return refusal(answer, circumstances);
  if (verdict.action !== "block") return undefined;
  return BLOCKED[verdict.reason](answer, circumstances);
}

const BLOCKED: Record<BlockReason, (answer: Answer, circumstances: Circumstances) => Failure> = {
  credentials,
  path,
  page,
  tls,
  protocol,
  request,
  refusal,
  answer: unreadable,
};

/** What exporters/wire/proxy-tunnel.ts says of the proxy, and not of Phoenix. */
const OF_PROXY = /\bthe proxy \S/;
const PROXY_ADVICE =
  "Check the proxy's variable (https_proxy, http_proxy or the like), or name the host in no_proxy.";

function unreachable(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  const text = reasonOf(answer);
  if (OF_PROXY.test(text)) {
    return {
      code: "PHX302",
      happened: `Phoenix cannot be reached at ${url} (${from}): ${text}`,
      advice: PROXY_ADVICE,
    };
  }
  const refused = /ECONNREFUSED/.test(text);
  const reset = /ECONNRESET|socket hang up|Failed to connect/i.test(text);
  const hints = [];
  if (refused) hints.push("Is Phoenix running?");
  if (reset && !circumstances.hasWorked && url.startsWith("http://")) {
    hints.push("If this is an https port, the endpoint must start with https://.");
  }
  hints.push(advice);
  return {
    code: "PHX302",
    happened: `Phoenix cannot be reached at ${url} (${from}): ${refused ? "it refused the connection" : text}`,
    advice: hints.join(" "),
  };
}

function failing(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from } = endpoint(circumstances);
  return {
    code: "PHX319",
    happened: `Phoenix at ${url} (${from}) answers ${statusOf(answer)}${wordsOf(answer)}`,
    advice: "Look at the server's log if this stays.",
  };
}

function full(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from } = endpoint(circumstances);
  return {
    code: "PHX310",
    happened: `Phoenix at ${url} (${from}) is full (${statusOf(answer)})`,
    advice: "It takes more as it makes room. Give it more time, or a faster database.",
  };
}

function credentials(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from } = endpoint(circumstances);
  const { keySource, keyLength } = circumstances.describe;
  const happened = `Phoenix answered ${statusOf(answer)} at ${url} (${from})`;
  if (keySource === undefined) {
    return { code: "PHX305", happened, advice: "No API key was sent. Set PHOENIX_API_KEY." };
  }
  const length = keyLength === undefined ? "" : ` (${keyLength} characters)`;
  return { code: "PHX301", happened, advice: `The key came from ${keySource}${length}. Check it.` };
}

function path(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  if (answer.kind === "http" && answer.location !== undefined) {
    return {
      code: "PHX306",
      happened: `Phoenix answered ${statusOf(answer)} at ${url} (${from}), which leads to ${answer.location}`,
      advice: `No redirect is followed. Set ${sourceOf(circumstances)} to where Phoenix is itself.`,
    };
  }
  const what =
    protocolOf(circumstances.sender) === "grpc"
      ? "No trace service is there."
      : "Traces are taken on a path that ends in /v1/traces.";
  return {
    code: "PHX306",
    happened: `Phoenix answered ${statusOf(answer)} at ${url} (${from})`,
    advice: `${what} ${advice}`,
  };
}

function page(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  return {
    code: "PHX307",
    happened: `${url} (${from}) answered ${statusOf(answer)} with a web page, as a proxy or a login page does, and took no span`,
    advice,
  };
}

function tls(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  const isHttp = answer.kind === "http";
  if (isHttp || (answer.kind === "network" && answer.code === "ERR_TLS_PORT")) {
    const what = isHttp ? `answered ${statusOf(answer)} and asks for https${said(answer)}` : "speaks TLS";
    return {
      code: "PHX308",
      happened: `${url} (${from}) ${what}`,
      advice: `The endpoint must start with https://: set ${sourceOf(circumstances)} to ${url.replace(/^http:/, "https:")}.`,
    };
  }
  const text = reasonOf(answer);
  return {
    code: "PHX308",
    happened: `The TLS connection to ${url} (${from}) failed: ${text}`,
    advice: CLIENT_REFUSED.test(text)
      ? "The server asks for a certificate of the client: set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY to one that it trusts."
      : /wrong version|EPROTO|packet length/i.test(text)
        ? `If this is an http port, the endpoint must start with http://. ${advice}`
        : `Set OTEL_EXPORTER_OTLP_CERTIFICATE to the authority's certificate, or check ${sourceOf(circumstances)}.`,
  };
}

/** Alerts of a server that is not content with the client's certificate, or misses it. */
const CLIENT_REFUSED = /alert (certificate required|bad certificate|unknown ca|certificate unknown)/i;

function protocol(_answer: Answer, circumstances: Circumstances): Failure {
  const { url, from } = endpoint(circumstances);
  const { describe, sender } = circumstances;
  const spoken = protocolOf(sender) === "grpc" ? "gRPC" : "HTTP";
  const there =
    spoken === "gRPC" ? "this is an HTTP port, not a gRPC one" : "this is a gRPC port, not an HTTP one";
  const wanted = spoken === "gRPC" ? "http/protobuf" : "grpc";
  return {
    code: "PHX309",
    happened: `${spoken} was spoken to ${url} (${from}), but ${there}`,
    advice:
      describe.protocolSource === undefined || describe.protocolSource === "default"
        ? `Set ${sourceOf(circumstances)} to the ${spoken} port, or OTEL_EXPORTER_OTLP_PROTOCOL to ${wanted}.`
        : `The protocol came from ${describe.protocolSource}: set it to ${wanted}, or ${sourceOf(circumstances)} to the ${spoken} port.`,
  };
}

function request(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  const why = answer.kind === "network" ? reasonOf(answer) : `it answers ${statusOf(answer)}`;
  const isOfProxy = OF_PROXY.test(why) || (answer.kind === "http" && answer.status === 407);
  return {
    code: "PHX317",
    happened: `No request can be made to ${url} (${from}): ${why}`,
    advice: isOfProxy ? PROXY_ADVICE : advice,
  };
}

/** What may be wrong where a status says it. */
const REFUSED_FOR: Readonly<Record<number, string>> = {
  402: "Look at the account that the key belongs to.",
  410: "What was at this address is gone.",
  421: "This host is not served there.",
  426: "It asks for another protocol.",
  431: "Its limit on headers is lower than what is sent: look at PHOENIX_CLIENT_HEADERS.",
  451: "It may not take these spans.",
};

/** Of a refusal by its status, and of 400 and the like as long as nothing shows that the server takes anything. */
function refusal(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  const hint = answer.kind === "http" ? REFUSED_FOR[answer.status] : undefined;
  return {
    code: "PHX325",
    happened: `Phoenix at ${url} (${from}) refuses what it is sent with ${statusOf(answer)}${said(answer)}`,
    advice: hint === undefined ? advice : `${hint} ${advice}`,
  };
}

function unreadable(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  return {
    code: "PHX324",
    happened: `What ${url} (${from}) answers cannot be read: ${reasonOf(answer)}`,
    advice: `Whether it took the spans is not known. Look at what stands between, as a proxy. ${advice}`,
  };
}

/** What a refusal says for itself. */
function said(answer: Answer): string {
  const words = answer.kind === "http" ? answer.text : answer.kind === "grpc" ? reasonOf(answer) : undefined;
  return words === undefined || words === "" ? "" : `: "${words}"`;
}

const sourceOf = ({ describe }: Circumstances): string =>
  describe.endpointSource === "default" ? "PHOENIX_COLLECTOR_ENDPOINT" : describe.endpointSource;

/** "401", or "gRPC status 16". */
function statusOf(answer: Answer): string {
  if (answer.kind === "http") return String(answer.status);
  if (answer.kind === "grpc") return `gRPC status ${answer.code}`;
  return answer.code ?? "no answer";
}

/** What a gRPC server, or an exporter of somebody else, says beside the status. */
function wordsOf(answer: Answer): string {
  const words = answer.kind === "grpc" ? reasonOf(answer) : "";
  return words === "" ? "" : ` ("${words}")`;
}

/** An error's own words, on one line, without what a library put around them. */
function reasonOf(answer: Answer): string {
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

function protocolOf(sender: Sender): "grpc" | "http/protobuf" {
  if (sender.protocol !== undefined) return sender.protocol;
  return /^[a-z+.-]+:\/\/[^/]+\/?$/i.test(sender.url) ? "grpc" : "http/protobuf";
}
