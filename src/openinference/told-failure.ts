// Failures that an answer tells and nobody throws: a part of a stream, an answer with the status of a failure.
import { asRecord, asRecords, asText, asWord, type ReadRecord } from "./read-value.ts";

/** The failure that a chunk or a whole answer tells, as an error or what reads like one; `undefined` where all is well. */
export function toldFailure(value: unknown): unknown {
  const record = asRecord(value);
  return record && (typedFailure(record) ?? statusFailure(record));
}

/** Like {@link toldFailure}, for what is known to come from a model: an error without a type counts, too. */
export function modelFailure(value: unknown): unknown {
  const record = asRecord(value);
  return record && (typedFailure(record) ?? statusFailure(record) ?? bareFailure(record));
}

/** Events of the AI SDK, Anthropic, OpenAI Responses and Claude's Agent SDK. */
function typedFailure(value: ReadRecord): unknown {
  switch (value["type"]) {
    case "error":
      if (value["error"] !== undefined) return named(value["error"]);
      return (
        asText(value["errorText"]) ?? (asText(value["message"]) === undefined ? undefined : named(value))
      );
    case "response.failed":
      return statusFailure(asRecord(value["response"]) ?? {});
    case "result":
      return value["is_error"] === true ? agentFailure(value) : undefined;
    default:
      return undefined;
  }
}

/** A response of OpenAI whose status says so. */
function statusFailure(value: ReadRecord): unknown {
  if (value["status"] !== "failed" || (value["object"] !== "response" && !("output" in value))) {
    return undefined;
  }
  return named(value["error"] ?? "The response failed.");
}

function agentFailure(value: ReadRecord): unknown {
  const errors = Array.isArray(value["errors"]) ? value["errors"].map(String) : [];
  const subtype = asWord(value["subtype"]) ?? "error";
  return { name: subtype, message: errors.join("; ") || asWord(value["result"]) || subtype };
}

/** Members that AWS Bedrock's streams have in place of an event. */
const AWS_EXCEPTION = /^[a-z]\w*Exception$/;

function bareFailure(value: ReadRecord): unknown {
  const { error } = value as { error?: unknown };
  if (error !== undefined && error !== null) {
    const isError =
      typeof error === "string" ? error !== "" : asText(asRecord(error)?.["message"]) !== undefined;
    return isError ? named(error) : undefined;
  }
  const [choice] = asRecords(value["choices"]);
  if (asRecord(choice?.["error"]) !== undefined) return named(choice?.["error"]);
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length !== 1 || key === undefined || !AWS_EXCEPTION.test(key)) return undefined;
  return { name: key, message: asText(asRecord(value[key])?.["message"]) ?? key };
}

/** An error as it is; a plain object that describes one under the name that its code or type gives it. */
function named(error: unknown): unknown {
  const record = asRecord(error);
  if (record === undefined || error instanceof Error) return error;
  const name = asWord(record["name"]) ?? asWord(record["code"]) ?? asWord(record["type"]);
  const message = asText(record["message"]);
  return message === undefined ? error : { name: name ?? "Error", message };
}
