// The line for a failed attempt: what happened, where the setting came from, what to change.
import { BLOCKED } from "./blocked-text.ts";
import type { Judged } from "./classify.ts";
import {
  type Circumstances,
  endpoint,
  type Failure,
  OF_PROXY,
  PROXY_ADVICE,
  reasonOf,
  statusOf,
} from "./failure-words.ts";
import { GRPC_STATUS } from "./grpc-status.ts";
import type { Answer } from "./sender.ts";

/** Says what a failed attempt means; nothing for answers that are no failure to deliver. */
export function describeFailure(
  { answer, verdict }: Judged,
  circumstances: Circumstances,
): Failure | undefined {
  if (circumstances.describe.isExporter === true) {
    return verdict.action === "ack" || verdict.action === "split"
      ? undefined
      : ofExporter(answer, circumstances);
  }
  if (verdict.action === "retry") {
    if (verdict.pace === "full") return full(answer, circumstances);
    if (verdict.pace === "failing" && answer.kind === "network")
      return BLOCKED.request(answer, circumstances);
    return answer.kind === "http" || (verdict.pace === "failing" && answer.kind === "grpc")
      ? failing(answer, circumstances)
      : unreachable(answer, circumstances);
  }
  if (verdict.action === "reject") return BLOCKED.refusal(answer, circumstances);
  if (verdict.action !== "block") return undefined;
  return BLOCKED[verdict.reason](answer, circumstances);
}

const NO_WORDS = "it does not say why";

/** Of an exporter it is known what it says, and nothing of whom it speaks to. */
function ofExporter(answer: Answer, circumstances: Circumstances): Failure {
  const { url, from, advice } = endpoint(circumstances);
  const text = reasonOf(answer);
  const words = answer.kind === "http" ? `status ${answer.status}` : text === "" ? NO_WORDS : `"${text}"`;
  const code = answer.kind === "grpc" && answer.code !== GRPC_STATUS.UNKNOWN ? ` (code ${answer.code})` : "";
  return {
    code: "PHX321",
    happened: `The exporter ${url} (${from}) failed: ${words}${code}`,
    advice,
  };
}

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

/** What a gRPC server, or an exporter of somebody else, says beside the status. */
function wordsOf(answer: Answer): string {
  const words = answer.kind === "grpc" ? reasonOf(answer) : "";
  return words === "" ? "" : ` ("${words}")`;
}
