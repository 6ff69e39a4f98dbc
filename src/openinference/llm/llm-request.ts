// The request among a function's arguments: a provider's own, or messages and options of a program's own function.
import { asRecord, asText, firstOf, guarded, type ReadRecord } from "../read-value.ts";
import { jsonBodyOf } from "../json-body.ts";
import { invocationParameters } from "./invocation-parameters.ts";
import type { LlmDescription } from "./llm-description.ts";
import { isWhole } from "./llm-response.ts";
import { LLM_SHAPES } from "./llm-shapes.ts";
import { isMessageList, readMessageList } from "./message-list.ts";

/** Arguments looked at: a request stands among the first. */
const MAX_ARGUMENTS = 8;
/** Members of an argument looked at for a request within. */
const MAX_MEMBERS = 32;

/** Describes the request of a call; undefined when none is found. */
export function readRequest(args: readonly unknown[]): LlmDescription | undefined {
  const first = args.slice(0, MAX_ARGUMENTS);
  const records = first.map(readable).filter((record) => record !== undefined);
  return (
    firstFound(records, readProvidersRequest) ??
    firstFound(records, readInvokedRequest) ??
    firstFound(records, readOwnRequest) ??
    readBareMessages(first) ??
    firstFound(records.flatMap(membersOf), readWithin)
  );
}

const readWithin = (record: ReadRecord): LlmDescription | undefined =>
  readProvidersRequest(record) ?? readInvokedRequest(record) ?? readOwnRequest(record);

function firstFound(
  records: readonly ReadRecord[],
  read: (record: ReadRecord) => LlmDescription | undefined,
): LlmDescription | undefined {
  for (const record of records) {
    const description = guarded(() => read(record));
    if (description !== undefined) return description;
  }
  return undefined;
}

const readable = (value: unknown): ReadRecord | undefined =>
  guarded(() => {
    const record = asRecord(value);
    return record !== undefined && isWhole(record) ? record : undefined;
  });

function readProvidersRequest(record: ReadRecord): LlmDescription | undefined {
  for (const shape of LLM_SHAPES) {
    const description = guarded(() => shape.request(record));
    if (description !== undefined) return description;
  }
  return undefined;
}

/** Bedrock's InvokeModel has the request of the model's maker as JSON, and the model beside it. */
function readInvokedRequest(record: ReadRecord): LlmDescription | undefined {
  const model = asText(record["modelId"]);
  const body = model === undefined ? undefined : jsonBodyOf(record);
  return body && readProvidersRequest({ model, ...body });
}

/** Where a program's own request has what it asks, in the order of their telling. */
const QUESTIONS = ["messages", "uiMessages", "input", "prompt"] as const;

/** What is asked beside a history. */
const NEXT = ["prompt", "message", "question"] as const;

/** `{ messages, temperature }`, `{ prompt }`, `{ history, message }`: a request that names no model, since that is fixed inside. */
function readOwnRequest(record: ReadRecord): LlmDescription | undefined {
  const messages = messagesWithin(record);
  if (messages === undefined && asText(record["prompt"]) === undefined) return undefined;
  const options = isPlain(record) ? readParameters(record) : undefined;
  return {
    model: asText(record["model"]) ?? asText(asRecord(record["model"])?.["modelId"]),
    invocationParameters: options?.invocationParameters,
    get inputMessages() {
      const system = asText(record["system"]) ?? asText(record["instructions"]);
      const hasAll = messages !== undefined && messages === record["messages"];
      const next = hasAll ? undefined : asText(firstOf(record, ...NEXT));
      return [
        ...(system === undefined ? [] : [{ role: "system", content: system }]),
        ...readMessageList(messages),
        ...(next === undefined ? [] : [{ role: "user", content: next }]),
      ];
    },
  };
}

/** The list of messages that an object holds: under a familiar name, or, in a plain object, under any. */
function messagesWithin(record: ReadRecord): unknown {
  const name = QUESTIONS.find((question) => isMessageList(record[question]));
  if (name !== undefined || !isPlain(record)) return name && record[name];
  const members = Object.values(Object.getOwnPropertyDescriptors(record)).slice(0, MAX_MEMBERS);
  return members.find(({ value }) => guarded(() => isMessageList(value)) === true)?.value as unknown;
}

/** `(messages, options)`: no provider's request, yet a chat. */
function readBareMessages(args: readonly unknown[]): LlmDescription | undefined {
  const messages = args.find((argument) => guarded(() => isMessageList(argument)));
  if (messages === undefined) return undefined;
  const options = firstFound(
    args.map(asRecord).filter((record) => record !== undefined),
    (record) => (isPlain(record) ? readParameters(record) : undefined),
  );
  return {
    model: options?.model,
    invocationParameters: options?.invocationParameters,
    get inputMessages() {
      return readMessageList(messages);
    },
  };
}

/** Members that say an options object is about the model. */
const PARAMETERS = [
  "temperature",
  "top_p",
  "topP",
  "max_tokens",
  "maxTokens",
  "maxOutputTokens",
  "max_output_tokens",
];

const NO_PARAMETERS = [...QUESTIONS, ...NEXT, "tools", "system", "instructions"];

/** Reads the options of a model; only a plain object can hold them: an instance may hold a key. */
function readParameters(record: ReadRecord): LlmDescription | undefined {
  const model = asText(record["model"]);
  if (model === undefined && !PARAMETERS.some((name) => name in record)) return undefined;
  return { model, invocationParameters: invocationParameters(record, NO_PARAMETERS) };
}

/** What an argument holds: the members of a plain object, the input of a command of the AWS SDK. */
function membersOf(record: ReadRecord): ReadRecord[] {
  const descriptors = guarded(() => Object.getOwnPropertyDescriptors(record));
  const names = isPlain(record) ? Object.keys(descriptors ?? {}).slice(0, MAX_MEMBERS) : ["input"];
  // A getter may start something: only what stands there is looked at.
  return names.map((name) => readable(descriptors?.[name]?.value)).filter((member) => member !== undefined);
}

const isPlain = (record: ReadRecord): boolean =>
  guarded(() => Object.getPrototypeOf(record) === Object.prototype) === true;
