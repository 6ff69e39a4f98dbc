// The lines for what a changed setting would cure, one function for each reason.
import type { BlockReason } from "./classify.ts";
import {
  type Circumstances,
  endpoint,
  type Failure,
  OF_PROXY,
  PROXY_ADVICE,
  reasonOf,
  said,
  sourceOf,
  statusOf,
} from "./failure-words.ts";
import type { Answer } from "./sender.ts";

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

/** What is spoken there. */
function protocolOf(sender: Circumstances["sender"]): "grpc" | "http/protobuf" {
  if (sender.protocol !== undefined) return sender.protocol;
  return /^[a-z+.-]+:\/\/[^/]+\/?$/i.test(sender.url) ? "grpc" : "http/protobuf";
}

/** By the reason that `classify` gives. */
export const BLOCKED: Record<BlockReason, (answer: Answer, circumstances: Circumstances) => Failure> = {
  credentials,
  path,
  page,
  tls,
  protocol,
  request,
  refusal,
  answer: unreadable,
};
