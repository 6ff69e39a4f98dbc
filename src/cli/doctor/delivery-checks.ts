// What the server says to the test span, by the senders that delivery uses: TLS, the protocols' answers, the key, the span.
import { describeSettings } from "../../config/describe-settings.ts";
import type { ResolvedConfig } from "../../config/resolved-config.ts";
import type { Destination, Protocol } from "../../config/target.ts";
import { judge, type Judged } from "../../delivery/classify.ts";
import { describeFailure } from "../../delivery/failure-text.ts";
import { endpoint, type Failure } from "../../delivery/failure-words.ts";
import type { Answer } from "../../delivery/sender.ts";
import { createSender } from "../../exporters/create-sender.ts";
import { GrpcSender } from "../../exporters/grpc/grpc-sender.ts";
import { isUnreachable } from "../../exporters/wire/is-unreachable.ts";
import { type CheckDetails, type CheckId, type Finding, good, open, wrong } from "./check.ts";

/** So long gRPC has to be reached where HTTP may take over, as in delivery. */
const REACH_MILLIS = 1_000;
const ANSWER_MILLIS = 3_000;

type DeliveryCheckId = Extract<CheckId, "tls" | "grpc" | "http" | "key" | "span">;

/** What came of sending. */
export interface DeliveryChecks {
  readonly findings: Readonly<Record<DeliveryCheckId, Finding>>;
  /** Whether the server took the span. */
  readonly isDelivered: boolean;
}

/** One way that was tried. */
interface Attempt {
  readonly destination: Destination;
  readonly judged: Judged;
  readonly failure: Failure | undefined;
}

const ID_OF: Readonly<Record<Protocol, "grpc" | "http">> = { grpc: "grpc", "http/protobuf": "http" };
const NAME_OF: Readonly<Record<Protocol, string>> = { grpc: "gRPC", "http/protobuf": "HTTP" };

/** Which check a failure belongs to; a failure of none of these is the span's own. */
const OWN_CHECK: Readonly<Record<string, DeliveryCheckId>> = {
  PHX301: "key",
  PHX305: "key",
  PHX308: "tls",
  PHX310: "span",
  PHX312: "span",
  PHX319: "span",
};

/** Sends the request once, to where `register()` would, and says what came of it. */
export async function checkDelivery(config: ResolvedConfig, request: Uint8Array): Promise<DeliveryChecks> {
  const { fallback, ...first } = config.target.value;
  const missed = fallback && (await missingGrpc(first, config));
  const destination = missed === undefined ? first : (fallback as Destination);
  const attempt = await send(destination, config, request);
  return {
    findings: { ...unused(config, attempt, missed), ...findings(config, attempt) },
    isDelivered: attempt.judged.verdict.action === "ack" && attempt.judged.verdict.rejectedSpans === 0,
  };
}

/** Why gRPC cannot be had where HTTP may take over. */
async function missingGrpc(destination: Destination, config: ResolvedConfig): Promise<string | undefined> {
  const sender = createSender(destination, config);
  if (!(sender instanceof GrpcSender)) return undefined;
  try {
    const answer = await sender.reach(REACH_MILLIS);
    if (answer === undefined) return undefined;
    const failure = describe(config, destination, judge(answer));
    return failure?.happened ?? `gRPC cannot be reached at ${destination.url}`;
  } finally {
    sender.close();
  }
}

async function send(destination: Destination, config: ResolvedConfig, request: Uint8Array): Promise<Attempt> {
  const sender = createSender(destination, config);
  try {
    const answer: Answer = await sender.send(request, ANSWER_MILLIS);
    const judged = judge(answer);
    return { destination, judged, failure: describe(config, destination, judged) };
  } finally {
    sender.close();
  }
}

const describe = (
  config: ResolvedConfig,
  { url, protocol }: Destination,
  judged: Judged,
): Failure | undefined => describeFailure(judged, circumstances(config, url, protocol));

const circumstances = (
  config: ResolvedConfig,
  url: string,
  protocol: Protocol,
): Parameters<typeof describeFailure>[1] => ({
  sender: { url, protocol },
  describe: describeSettings(config),
  hasWorked: false,
});

/** What to set, or to check, to send somewhere else. */
export function endpointAdvice(config: ResolvedConfig): string {
  const { url, protocol } = config.target.value;
  return endpoint(circumstances(config, url, protocol)).advice;
}

/** The protocol that was not taken. */
function unused(
  config: ResolvedConfig,
  { destination }: Attempt,
  missed: string | undefined,
): Record<"grpc" | "http", Finding> {
  const { source } = config.target;
  const taken = NAME_OF[destination.protocol];
  const other = open(`Not asked: spans go by ${taken}.`, { source });
  if (missed === undefined) return { grpc: other, http: other };
  return {
    grpc: open(`${missed}. Spans go by HTTP.`, { source, protocol: "grpc", code: "PHX351" }),
    http: other,
  };
}

function findings(
  config: ResolvedConfig,
  attempt: Attempt,
): Omit<Record<DeliveryCheckId, Finding>, "grpc" | "http"> & Partial<Record<"grpc" | "http", Finding>> {
  const { destination, judged, failure } = attempt;
  const { protocol, url } = destination;
  const own = ID_OF[protocol];
  const details: CheckDetails = { source: config.target.source, protocol };
  const after = open("Not asked: see above.", { protocol });
  const isSecure = url.startsWith("https:");
  const plain = open("No TLS: the endpoint starts with http://.", details);
  const secure = good(`The certificate of ${new URL(url).host} is trusted.`, details);
  const answers = good(`${url} answers OTLP over ${NAME_OF[protocol]}.`, details);
  const fails = failure && wrong(`${failure.happened}.`, failure.advice, { ...details, code: failure.code });
  const tls = isSecure ? secure : plain;

  if (fails === undefined) {
    const { verdict } = judged;
    const key = keyTaken(config);
    if (verdict.action !== "ack") return { tls, [own]: answers, key, span: refused(judged, details) };
    if (verdict.rejectedSpans > 0) return { tls, [own]: answers, key, span: refused(judged, details) };
    return {
      tls,
      [own]: answers,
      key,
      span: good(`${url} took one span for the project "${config.projectName.value}".`, details),
    };
  }
  switch (OWN_CHECK[fails.code ?? ""]) {
    case "key": {
      const source = config.headers.sources["authorization"];
      return { tls, [own]: answers, key: { ...fails, ...(source && { source }) }, span: after };
    }
    case "tls":
      return { tls: fails, [own]: after, key: after, span: after };
    case "span":
      return {
        tls,
        [own]: answers,
        key: open("Not known: the server did not take the span.", {}),
        span: fails,
      };
    default:
      // What never was reached says nothing of certificates.
      return {
        tls: isUnreachable(judged.answer) && isSecure ? after : tls,
        [own]: fails,
        key: after,
        span: after,
      };
  }
}

function keyTaken({ headers }: ResolvedConfig): Finding {
  const source = headers.sources["authorization"];
  if (source === undefined) return open("None is set, and none is asked for.");
  return good("The server takes it.", { source });
}

function refused({ answer, verdict }: Judged, details: CheckDetails): Finding {
  const text = verdict.action === "ack" || verdict.action === "reject" ? verdict.text : "";
  const why = `The server does not take the span${text === "" ? "" : `: "${text}"`} (${answer.kind === "http" ? answer.status : (answer.code ?? "no answer")}).`;
  return wrong(why, "Look at the server's log.", { ...details, code: "PHX312" });
}
